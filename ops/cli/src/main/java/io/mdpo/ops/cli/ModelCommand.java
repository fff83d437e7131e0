package io.mdpo.ops.cli;

import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Progress;
import io.mdpo.scorer.family.LanguageModel.LinearLayer;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.vlm.Machine;
import io.mdpo.scorer.vlm.MemoryEstimate;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.ModelInspection;
import io.mdpo.scorer.vlm.RandomWeights;
import java.awt.Dimension;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "model", mixinStandardHelpOptions = true, description = "Looks at model directories.")
final class ModelCommand {
    private static final double GIB = 1L << 30;
    private static final String KERNELS = "As model.kernels: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).";
    private static final String PRECISION = "As model.precision: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).";

    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Shows family, sizes, memory needed and reference id of a model directory, and every problem found.",
                "Exit code 1 if there is one."
            })
    void inspect(
            @Parameters(paramLabel = "DIR", description = "In Hugging Face layout.") Path directory,
            @Option(names = "--rank", defaultValue = "16", description = "Of the adapter (${DEFAULT-VALUE}).") int rank,
            @Option(
                            names = "--tokens",
                            defaultValue = "1024",
                            description = "Prompt, image and longer answer of a pair (${DEFAULT-VALUE}).")
                    int tokens,
            @Option(names = "--precision", defaultValue = "AUTO", description = PRECISION) Precision precision,
            @Option(names = "--kernels", defaultValue = "NATIVE", description = KERNELS) Kernels kernels,
            @Option(
                            names = "--background",
                            defaultValue = "white",
                            description = "As model.background (${DEFAULT-VALUE}).")
                    String background) {
        var inspection =
                ModelInspection.of(directory, ComputeDevice.of("cpu", precision, kernels), Background.of(background));
        var out = spec.commandLine().getOut();
        inspection.family().ifPresent(family -> {
            describe(out, family, inspection);
            inspection.memory().ifPresent(memory -> memory(out, memory, rank, tokens));
        });
        inspection.reference().ifPresent(reference -> {
            line(out, "reference id", reference.id());
            reference.text().lines().forEach(part -> line(out, "", part));
        });
        inspection.problems().forEach(problem -> line(out, "problem", problem));
        out.flush();
        if (!inspection.problems().isEmpty()) {
            throw new OperatorException("%s cannot be used: %d problem%s"
                    .formatted(
                            directory,
                            inspection.problems().size(),
                            inspection.problems().size() == 1 ? "" : "s"));
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Writes random bf16 weights for a directory's config.json beside copies of its other files:",
                "a model of full size, to see what a machine can do before the real weights are there."
            })
    void random(
            @Parameters(paramLabel = "DIR", description = "Holds config.json, tokenizer and the rest.") Path from,
            @Option(names = "--to", required = true, paramLabel = "DIR", description = "Receives the model.") Path to,
            @Option(names = "--seed", defaultValue = "1", description = "Decides the weights (${DEFAULT-VALUE}).")
                    long seed) {
        var weights = new RandomWeights(RandomWeights.familyOf(from), seed);
        try (var progress = Progress.start("writing", weights.bytes())) {
            weights.write(from, to, progress::update);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Opens a model, scores one pair, and shows how long it took and how much memory.")
    void benchmark(
            @Parameters(paramLabel = "DIR", description = "In Hugging Face layout.") Path directory,
            @Option(names = "--device", defaultValue = "auto", description = "As model.device (${DEFAULT-VALUE}).")
                    String device,
            @Option(names = "--precision", defaultValue = "AUTO", description = PRECISION) Precision precision,
            @Option(names = "--kernels", defaultValue = "NATIVE", description = KERNELS) Kernels kernels,
            @Option(names = "--threads", defaultValue = "0", description = "As model.threads (${DEFAULT-VALUE}).")
                    int threads,
            @Option(
                            names = "--picture",
                            defaultValue = "640x480",
                            converter = ModelBenchmark.PictureSize.class,
                            paramLabel = "WIDTHxHEIGHT",
                            description = "Size of the pair's picture in pixels (${DEFAULT-VALUE}).")
                    Dimension picture,
            @Option(names = "--train", description = "Makes a learning step, with activation checkpointing, too.")
                    boolean train) {
        var config = ModelConfig.defaults()
                .withPath(directory)
                .withDevice(device)
                .withPrecision(precision)
                .withKernels(kernels)
                .withThreads(threads);
        new ModelBenchmark(config, picture, spec.commandLine().getOut()).run(train);
    }

    private static void describe(PrintWriter out, ModelFamily family, ModelInspection inspection) {
        line(out, "family", family.name());
        line(out, "parameters", "%,d".formatted(inspection.parameters()));
        line(
                out,
                "weights",
                inspection.bytes().entrySet().stream()
                        .map(type -> "%.2f GiB %s".formatted(type.getValue() / GIB, type.getKey()))
                        .collect(Collectors.joining(", ")));
        var language = family.languageModel();
        line(out, "layers", "%d, %,d positions".formatted(language.layers(), language.maxPositions()));
        line(out, "vocabulary", "%,d".formatted(language.vocabularySize()));
    }

    private static void memory(PrintWriter out, MemoryEstimate estimate, int rank, int tokens) {
        var layers = estimate.language().linearLayers();
        long parameters = layers.stream()
                .mapToLong(layer -> rank * (layer.in() + layer.out()))
                .sum();
        line(
                out,
                "adapter",
                "%,d parameters at rank %d in %d layers: %s"
                        .formatted(
                                parameters,
                                rank,
                                layers.size(),
                                layers.stream()
                                        .map(LinearLayer::kind)
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
        estimates(out, estimate, rank, tokens);
    }

    /** With one pass at a time, and with as many as threads = 0 computes at once here. */
    private static void estimates(PrintWriter out, MemoryEstimate estimate, int rank, int pairTokens) {
        var machine = Machine.here();
        long pair = 2L * pairTokens;
        long microBatch = Math.max(pair, LearnerConfig.defaults().maxMicroBatchTokens());
        line(out, "precision", estimate.precision().toString());
        line(out, "machine", "%d cores, %.1f GiB beside the heap".formatted(machine.cores(), machine.memory() / GIB));
        line(
                out,
                "to score",
                need(machine, threads -> estimate.scoring(threads, pair), "a pair of %,d tokens", pairTokens));
        line(
                out,
                "to train",
                need(
                        machine,
                        threads -> estimate.training(threads, microBatch, rank),
                        "micro-batches of %,d tokens",
                        microBatch));
        line(
                out,
                "",
                need(
                        machine,
                        threads -> estimate.checkpointed(threads, microBatch, rank),
                        "with activation checkpointing",
                        microBatch));
    }

    private static String need(Machine machine, IntToLongFunction bytes, String what, long tokens) {
        int threads = machine.workers(0, bytes);
        var one = "about %.1f GiB on the CPU with one thread".formatted(bytes.applyAsLong(1) / GIB);
        var many = threads == 1
                ? ", and no more fit here"
                : ", %.1f GiB with the %d that fit here".formatted(bytes.applyAsLong(threads) / GIB, threads);
        return one + many + ", " + what.formatted(tokens);
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("%-13s %s%n", what, value);
    }
}

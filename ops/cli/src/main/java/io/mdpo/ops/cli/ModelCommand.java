package io.mdpo.ops.cli;

import io.mdpo.learner.training.MemoryEstimate;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Progress;
import io.mdpo.scorer.family.LanguageModel;
import io.mdpo.scorer.family.LanguageModel.LinearLayer;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.ModelInspection;
import io.mdpo.scorer.vlm.RandomWeights;
import java.io.PrintWriter;
import java.nio.file.Path;
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
            if (inspection.parameters() > 0) {
                memory(out, family.languageModel(), inspection, rank, tokens);
            }
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
            @Option(names = "--train", description = "Makes a learning step, with activation checkpointing, too.")
                    boolean train) {
        var config = ModelConfig.defaults()
                .withPath(directory)
                .withDevice(device)
                .withPrecision(precision)
                .withKernels(kernels)
                .withThreads(threads);
        new ModelBenchmark(config, spec.commandLine().getOut()).run(train);
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

    private static void memory(
            PrintWriter out, LanguageModel language, ModelInspection inspection, int rank, int tokens) {
        var layers = language.linearLayers();
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
        var estimate = new MemoryEstimate(language, inspection.weightBytes(), inspection.parameters(), rank, tokens);
        line(
                out,
                "to score",
                "about %.1f GiB on the CPU, a pair of %,d tokens".formatted(estimate.scoring() / GIB, tokens));
        line(
                out,
                "to train",
                "about %.1f GiB, with activation checkpointing %.1f GiB, a pair at a time"
                        .formatted(estimate.training() / GIB, estimate.checkpointed() / GIB));
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("%-13s %s%n", what, value);
    }
}

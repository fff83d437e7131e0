package io.mdpo.lab.evaluate;

import io.mdpo.lab.benchmark.Benchmark;
import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.operator.SettingException;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Scores answers on a public hallucination benchmark, or lets a model give them first.",
            "ops/docs/benchmarks.md says where the data come from and what the numbers can be compared with."
        })
public final class EvaluateCommand implements Runnable {
    @Mixin
    private BenchmarkOptions benchmark = new BenchmarkOptions();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the result as JSON, with every answer's.")
    private Optional<Path> report = Optional.empty();

    @Option(names = "--allow-empty", description = "Takes an empty answer for one that says nothing.")
    private boolean allowEmpty;

    @Spec
    private CommandSpec spec;

    /** Where answers come from. */
    static final class Source {
        @Option(names = "--answers", paramLabel = "FILE", description = "Answers in the benchmark's own format.")
        private @Nullable Path answers;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private @Nullable ModelOptions model;
    }

    /** A model that answers. */
    static final class ModelOptions {
        @Option(
                names = "--model",
                required = true,
                paramLabel = "DIR",
                description = "Answers; in Hugging Face layout.")
        private Path path = Path.of("");

        @Option(names = "--adapter", paramLabel = "DIR", description = "Is bound to the model; in PEFT's format.")
        private Optional<Path> adapter = Optional.empty();

        @Option(
                names = "--write-answers",
                paramLabel = "FILE",
                description = "Keeps the answers; those that it holds are not asked for again.")
        private Optional<Path> file = Optional.empty();

        @Option(names = "--max-tokens", defaultValue = "512", description = "Of an answer (${DEFAULT-VALUE}).")
        private int maxTokens = 512;

        @Option(
                names = "--batch",
                defaultValue = "1",
                description = "Questions with the same text that are answered together (${DEFAULT-VALUE}).")
        private int batch = 1;

        @Option(names = "--device", defaultValue = "auto", description = "As model.device (${DEFAULT-VALUE}).")
        private String device = "auto";

        @Option(
                names = "--precision",
                defaultValue = "AUTO",
                description = "As model.precision: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
        private Precision precision = Precision.AUTO;

        @Option(names = "--threads", defaultValue = "0", description = "As model.threads (${DEFAULT-VALUE}).")
        private int threads;

        /** Throws {@link IllegalArgumentException} or {@link SettingException} if a value is out of range. */
        ModelAnswers.Settings settings() {
            var model = ModelConfig.defaults().with(config -> config.path(path)
                    .adapter(adapter)
                    .device(device)
                    .precision(precision)
                    .threads(threads));
            return new ModelAnswers.Settings(model, file, maxTokens, batch);
        }
    }

    @Override
    public void run() {
        benchmark.problem().ifPresent(this::refuse);
        var model = settings();
        var opened = benchmark.open();
        var result = model.map(settings -> new BenchmarkEvaluator(opened, settings, allowEmpty).report())
                .orElseGet(() -> BenchmarkEvaluator.score(opened, read(opened)));
        var printer = new ReportPrinter(result);
        printer.table(spec.commandLine().getOut());
        report.ifPresent(file -> printer.json(file, source(model)));
    }

    private Optional<ModelAnswers.Settings> settings() {
        try {
            return Optional.ofNullable(source.model).map(ModelOptions::settings);
        } catch (IllegalArgumentException | SettingException e) {
            refuse(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void refuse(String problem) {
        throw new ParameterException(spec.commandLine(), problem);
    }

    private Map<String, String> read(Benchmark opened) {
        return opened.readAnswers(
                Objects.requireNonNull(source.answers), allowEmpty ? Missing.EMPTY_ALLOWED : Missing.REFUSED);
    }

    private Map<String, String> source(Optional<ModelAnswers.Settings> model) {
        return model.map(ModelAnswers.Settings::description)
                .orElseGet(() -> Map.of("answers", String.valueOf(source.answers)));
    }
}

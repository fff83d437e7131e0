package io.mdpo.ops.cli;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.PairCheck;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.JsonReport;
import io.mdpo.ops.Logs;
import io.mdpo.ops.Progress;
import io.mdpo.ops.broker.BrokerLogin;
import io.mdpo.ops.broker.KafkaFaults;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.ops.broker.TopicStatus;
import io.mdpo.ops.imports.DataFiles;
import io.mdpo.ops.imports.ImportSummary;
import io.mdpo.ops.imports.Importer;
import io.mdpo.ops.imports.KafkaSink;
import io.mdpo.ops.imports.PairSink;
import io.mdpo.ops.imports.Position;
import io.mdpo.ops.imports.StopSignal;
import io.mdpo.ops.imports.format.Formats;
import io.mdpo.ops.imports.format.RatedPairs;
import io.mdpo.ops.rejected.Printable;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of {@link Importer}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Sends the preference pairs of data files (JSON, JSON Lines, Parquet) to raw-pairs.",
            "Names every row that gives no pair, with its reason, and sends the others. An id follows from a pair's content, so"
                    + " what is imported again within ingest.dedup-window is known there and adds nothing."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:every row was taken",
            " 1:it failed, or the broker did; what is in, and where to go on, is said",
            " 2:wrong usage or configuration",
            " 3:rows were refused, the others are in"
        })
final class ImportCommand implements Callable<Integer> {
    private static final int ROWS_REFUSED = 3;
    private static final int KILO = 1000;

    @Mixin
    private ConfigOptions options;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Data files, and folders of them: .json, .jsonl, .parquet.")
    private List<Path> paths;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            defaultValue = Formats.AUTO,
            description =
                    "trl, rlaif-v, mdpo, llama-factory, ms-swift, openai or vlfeedback; auto tells them apart row by row,"
                            + " by their fields (${DEFAULT-VALUE}).")
    private String format;

    @Option(
            names = "--images",
            paramLabel = "ROOT",
            description =
                    "Folder that the paths of images start from and stay below; without it that of their data file.")
    private Optional<Path> images = Optional.empty();

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "What the pairs say of where they come from; without it the name of their format.")
    private Optional<String> source = Optional.empty();

    @Option(
            names = "--rated",
            paramLabel = "RULE",
            defaultValue = "all",
            description =
                    "vlfeedback: pairs of all answers whose mean ratings differ, or best-worst alone (${DEFAULT-VALUE}).")
    private String rated;

    @Option(names = "--limit", paramLabel = "N", description = "Reads at most so many rows.")
    private Optional<Long> limit = Optional.empty();

    @Option(
            names = "--from",
            paramLabel = "FILE:ROW",
            description = "Begins with this row, as an import that was stopped says it.")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--dry-run",
            description = "Sends nothing and needs no broker; decodes every image to its end, as ingest does.")
    private boolean dryRun;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the summary as JSON, too.")
    private Optional<Path> report = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Logs.warningsOnly();
        var files = DataFiles.of(paths);
        var config = options.load();
        var limits = config.section("ingest", IngestConfig.class);
        var settings = settings(files, limits);
        var summary = dryRun
                ? run(files, settings, new PairCheck(limits, PairCheck.Images.PIXELS), PairSink.NOWHERE)
                : send(files, settings, limits, config.section("topics", TopicsConfig.class));
        return summary.refusals() == 0 ? CommandLine.ExitCode.OK : ROWS_REFUSED;
    }

    private Importer.Settings settings(List<Path> files, IngestConfig limits) {
        if (limit.filter(rows -> rows < 1).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "--limit is %d: it must be at least 1".formatted(limit.get()));
        }
        try {
            var rule = RatedPairs.named(rated);
            var position = from.map(Position::parse);
            position.ifPresent(row -> row.indexIn(files));
            return new Importer.Settings(
                    Formats.named(format, rule),
                    source,
                    images,
                    limits.maxImageBytes(),
                    position,
                    limit.orElse(Long.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private ImportSummary send(List<Path> files, Importer.Settings settings, IngestConfig limits, TopicsConfig topics) {
        var clients = new KafkaClients(topics.kafka());
        var topic = Topic.RAW_PAIRS.name(topics.topicPrefix());
        try {
            BrokerLogin.check(topics.kafka());
            requireTopic(clients, topics, topic);
            try (var sink = new KafkaSink(clients.idempotentProducer(), topic)) {
                try {
                    return run(files, settings, new PairCheck(limits, PairCheck.Images.HEADERS), sink);
                } catch (KafkaException e) {
                    throw withPosition(KafkaFaults.explain(e, topics.kafka()), sink);
                }
            }
        } catch (KafkaException e) {
            throw KafkaFaults.explain(e, topics.kafka());
        }
    }

    private static OperatorException withPosition(OperatorException fault, PairSink sink) {
        var next = sink.firstUnacknowledged()
                .map(place -> "; what is before it is in: go on with --from " + Position.of(place))
                .orElse("");
        return new OperatorException(fault.getMessage() + next, fault);
    }

    /** A producer would create it, with the cluster's defaults. */
    private static void requireTopic(KafkaClients clients, TopicsConfig topics, String topic) {
        try (var admin = clients.admin()) {
            var catalogue =
                    new TopicCatalogue(admin, topics.topicPrefix(), topics.partitions(), topics.replicationFactor());
            boolean missing = catalogue.describe().stream()
                    .anyMatch(status -> status.name().equals(topic) && status.state() == TopicStatus.State.MISSING);
            if (missing) {
                throw new OperatorException(
                        "there is no topic %s: create it with 'mdpo topics create', or set topic-prefix"
                                .formatted(topic));
            }
        }
    }

    private ImportSummary run(List<Path> files, Importer.Settings settings, PairCheck check, PairSink sink) {
        long kilobytes = files.stream().mapToLong(DataFiles::size).sum() / KILO;
        try (var stop = StopSignal.listen()) {
            ImportSummary summary;
            try (var progress = Progress.start(dryRun ? "checking kB" : "importing kB", kilobytes)) {
                summary = new Importer(settings, check, sink, (place, reason, sentence) -> out().printf(
                                        "%s: %s: %s%n",
                                        Printable.text(place.toString()), reason, Printable.text(sentence)))
                        .run(files, stop::isReceived, bytes -> progress.update(bytes / KILO));
            }
            print(summary);
            return summary;
        }
    }

    private void print(ImportSummary summary) {
        row("rows read", summary.rows());
        row(dryRun ? "pairs that would be sent" : "pairs sent", summary.pairs());
        row("rows without a preference", summary.withoutPair());
        row("refused", summary.refusals());
        summary.refusedByName().forEach((reason, count) -> row("  " + reason, count));
        summary.next().ifPresent(next -> out().printf("not read to the end: go on with --from %s%n", next));
        out().flush();
        report.ifPresent(file -> JsonReport.write(file, Report.of(summary)));
    }

    private void row(String name, long count) {
        out().printf(Locale.ROOT, "%-40s %12d%n", name, count);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private record Report(
            long rows, long pairs, long withoutPreference, Map<RejectionReason, Long> refused, String next) {
        static Report of(ImportSummary summary) {
            return new Report(
                    summary.rows(),
                    summary.pairs(),
                    summary.withoutPair(),
                    summary.refusedByName(),
                    summary.next().map(Position::toString).orElse(""));
        }
    }
}

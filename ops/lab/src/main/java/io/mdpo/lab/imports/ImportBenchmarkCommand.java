package io.mdpo.lab.imports;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.PairCheck;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.ops.Logs;
import io.mdpo.ops.TemporaryFolder;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.ops.imports.DataFiles;
import io.mdpo.ops.imports.ImportSummary;
import io.mdpo.ops.imports.Importer;
import io.mdpo.ops.imports.KafkaSink;
import io.mdpo.ops.imports.format.Formats;
import io.mdpo.ops.imports.format.RatedPairs;
import io.mdpo.schemas.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports into a broker in the process and compares with what disk and broker do alone, in turns. */
@Command(
        name = "import-benchmark",
        mixinStandardHelpOptions = true,
        description = {
            "Compares an import with a producer that sends as many bytes of the same disk to the same broker.",
            "Exit code 0 if the import is at least half as fast, by the median of the rounds."
        })
public final class ImportBenchmarkCommand implements Callable<Integer> {
    private static final double HALF = 0.5;

    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description = "Data files; without any, rows with made-up JPEGs, as files and as data URLs.")
    private List<Path> paths = List.of();

    @Option(names = "--rows", defaultValue = "10000", description = "Made-up rows (${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds after one for warming up (${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    private CommandSpec spec;

    private int topics;

    @Override
    public Integer call() throws IOException {
        Logs.warningsOnly();
        try (var folder = new TemporaryFolder("mdpo-import-benchmark");
                var broker = EmbeddedBroker.start(folder.path().resolve("broker"), 0, Map.of())) {
            var kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            var clients = new KafkaClients(kafka);
            if (!paths.isEmpty()) {
                return compare(clients, "given", DataFiles.of(paths), filesBelow(paths)) ? 0 : 1;
            }
            var data = new SampleData(Files.createDirectory(folder.path().resolve("data")), rows);
            var withPaths = data.paths();
            boolean fast = compare(
                    clients,
                    "images as files",
                    List.of(withPaths),
                    filesBelow(List.of(withPaths, withPaths.resolveSibling("images"))));
            var withUrls = data.dataUrls();
            boolean fastWithUrls = compare(clients, "images as data URLs", List.of(withUrls), List.of(withUrls));
            return fast && fastWithUrls ? 0 : 1;
        }
    }

    private static List<Path> filesBelow(List<Path> paths) throws IOException {
        var files = new ArrayList<Path>();
        for (var path : paths) {
            try (var found = Files.walk(path)) {
                found.filter(Files::isRegularFile).sorted().forEach(files::add);
            }
        }
        return files;
    }

    private boolean compare(KafkaClients clients, String name, List<Path> data, List<Path> files) throws IOException {
        out("%s%n%8s %14s %14s %14s %8s%n", name, "round", "rows/s", "import MB/s", "through MB/s", "ratio");
        var ratios = new double[rounds];
        for (int round = 0; round <= rounds; round++) {
            var sizes = new PassThrough.Recorder[1];
            var summaries = new ImportSummary[1];
            double importing = seconds(clients, topic -> {
                try (var sink = new KafkaSink(clients.idempotentProducer(), topic)) {
                    sizes[0] = new PassThrough.Recorder(sink);
                    summaries[0] = importer(sizes[0]).run(data, () -> false, bytes -> {});
                }
            });
            double passing =
                    seconds(clients, topic -> sizes[0].passThrough(files).run(clients, topic));
            double megabytes = sizes[0].bytes() / 1e6;
            out(
                    "%8s %14.0f %14.1f %14.1f %8.2f%n",
                    round == 0 ? "warm-up" : Integer.toString(round),
                    summaries[0].rows() / importing,
                    megabytes / importing,
                    megabytes / passing,
                    passing / importing);
            if (round > 0) {
                ratios[round - 1] = passing / importing;
            }
        }
        Arrays.sort(ratios);
        double median = (ratios[(rounds - 1) / 2] + ratios[rounds / 2]) / 2;
        out("ratio: median %.2f, from %.2f to %.2f%n%n", median, ratios[0], ratios[rounds - 1]);
        return median >= HALF;
    }

    private Importer importer(PassThrough.Recorder sink) {
        var limits = IngestConfig.defaults();
        var settings = new Importer.Settings(
                Formats.named(Formats.AUTO, RatedPairs.ALL),
                Optional.of("benchmark"),
                Optional.empty(),
                limits.maxImageBytes(),
                Optional.empty(),
                Long.MAX_VALUE);
        return new Importer(
                settings,
                new PairCheck(limits, PairCheck.Images.HEADERS),
                sink,
                (place, reason, sentence) -> out("%s: %s: %s%n", place, reason, sentence));
    }

    private interface Sending {
        void to(String topic) throws IOException;
    }

    /** Seconds that it takes to send everything to a topic of its own, which is removed behind it. */
    private double seconds(KafkaClients clients, Sending sending) throws IOException {
        var prefix = "benchmark" + topics++;
        try (var admin = clients.admin()) {
            var created = new TopicCatalogue(admin, prefix, 6, Optional.of(1)).create();
            long start = System.nanoTime();
            sending.to(Topic.RAW_PAIRS.name(prefix));
            double seconds = (System.nanoTime() - start) / 1e9;
            var names = created.stream().map(status -> status.name()).toList();
            admin.deleteTopics(names)
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return seconds;
        }
    }

    private void out(String format, Object... values) {
        spec.commandLine().getOut().printf(Locale.ROOT, format, values);
        spec.commandLine().getOut().flush();
    }
}

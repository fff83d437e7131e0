package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.IngestService;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.service.ScorerService;
import io.mdpo.scorer.vlm.ModelConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ingest, scorer and learner with the default settings in one process of their own, and in one heap: what they get by with
 * together, each gets by with alone. The broker is not among them.
 */
final class SmallHeapPipeline {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private SmallHeapPipeline() {}

    /**
     * What the process counted before it ended well.
     *
     * @param peakMebibytes the most memory that it ever had, heap and engine together
     */
    record Learned(long learned, long waiting, long refused, long peakMebibytes) {}

    /**
     * Runs the three services until the learner has read so many pairs; fails if one of them ends before.
     *
     * @param heap as in {@code -Xmx}
     * @param batch pairs in a step
     */
    static Learned run(KafkaFixture fixture, Path model, Path folder, String heap, int batch, long pairs)
            throws IOException, InterruptedException {
        var log = folder.resolve("pipeline.log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-Xmx" + heap,
                        "-Dai.djl.offline=true",
                        SmallHeapPipeline.class.getName(),
                        fixture.prefix,
                        Objects.requireNonNull(fixture.kafka.get("bootstrap.servers")),
                        model.toString(),
                        folder.resolve("state").toString(),
                        Integer.toString(batch),
                        Long.toString(pairs))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds() + 60, TimeUnit.SECONDS))
                    .as(() -> read(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(() -> read(log)).isZero();
        var counts = read(log)
                .lines()
                .filter(line -> line.startsWith("counts "))
                .map(line -> line.split(" "))
                .findFirst()
                .orElseThrow();
        return new Learned(
                Long.parseLong(counts[1]),
                Long.parseLong(counts[2]),
                Long.parseLong(counts[3]),
                Long.parseLong(counts[4]) >> 10);
    }

    private static String read(Path log) {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    public static void main(String[] args) throws Exception {
        var status = learn(
                args[0],
                Map.of("bootstrap.servers", args[1]),
                ModelConfig.cpu(Path.of(args[2]), 1),
                Path.of(args[3]),
                Integer.parseInt(args[4]),
                Long.parseLong(args[5]));
        System.out.printf(
                "counts %d %d %d %s%n",
                status.pairsLearned(), status.waiting(), status.pairsRejected(), peakKibibytes());
    }

    private static String peakKibibytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static LearnerStatus learn(
            String prefix, Map<String, String> kafka, ModelConfig model, Path state, int batch, long pairs)
            throws Exception {
        var scorerConfig = ScorerConfig.defaults()
                .withTopicPrefix(prefix)
                .withGroupId(prefix + "-scorer")
                .withKafka(kafka)
                .withModel(model);
        var learnerConfig = LearnerConfig.defaults()
                .withTopicPrefix(prefix)
                .withGroupId(prefix + "-learner")
                .withKafka(kafka)
                .withModel(model)
                .withBatchSize(batch);
        var ingestConfig = IngestConfig.defaults()
                .withTopicPrefix(prefix)
                .withApplicationId(prefix + "-ingest")
                .withKafka(kafka)
                .withStateDir(state);
        try (var reference = ModelReferenceScorer.open(scorerConfig);
                var trainer = learnerConfig.openTrainer();
                var ingest = new IngestService(ingestConfig, new SimpleMeterRegistry());
                var scorer = new ScorerService(scorerConfig, reference, new SimpleMeterRegistry());
                var learner = new LearnerService(learnerConfig, trainer, new SimpleMeterRegistry())) {
            var runs = List.of(
                    Background.start(ingest::run),
                    Background.start(scorer::run),
                    Background.start(() -> learner.runUntil(pairs)));
            // Whichever ends first: it shall be the learner, and not because it failed.
            CompletableFuture.anyOf(runs.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!runs.get(2).isDone()) {
                throw new IllegalStateException("ingest or scorer ended before the learner");
            }
            return learner.status();
        }
    }
}

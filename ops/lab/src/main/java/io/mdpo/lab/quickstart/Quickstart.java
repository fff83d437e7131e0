package io.mdpo.lab.quickstart;

import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.lab.demo.Demo;
import io.mdpo.lab.demo.PairStream;
import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.Split;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.evaluation.Figure;
import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.learner.service.StepListener;
import io.mdpo.lifecycle.State;
import io.mdpo.ops.Progress;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.ops.http.HttpConfig;
import io.mdpo.ops.http.ServiceEndpoints;
import io.mdpo.schemas.Topic;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * The whole pipeline in one process on a real broker: bundled pairs in, an adapter out, held-out scenes before and after.
 *
 * <p>Every topic has one partition, so that two runs with one seed read the same log and end with the same weights.
 */
final class Quickstart {
    /** Under load a heartbeat comes late; this broker is never restarted, so nobody waits for its session to end. */
    private static final Map<String, String> PATIENT = Map.of("broker.session.timeout.ms", "60000");

    private static final int SCENES = 300;

    /**
     * A transaction that begins while the markers of the last one are being written has its first batch refused and sent
     * again. Batches in flight behind it are refused too, and for each the broker, whose log is on the screen here, prints an
     * OutOfOrderSequenceException (KAFKA-18202). With one batch in flight there is none behind it.
     */
    private static final String ONE_IN_FLIGHT = "max.in.flight.requests.per.connection";

    private final Options options;
    private final Path directory;
    private final PrintWriter out;
    private final NounCatalogue catalogue = NounCatalogue.load();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<@Nullable Pipeline> pipeline = new AtomicReference<>();

    /**
     * What to run.
     *
     * @param pairs good pairs to stream
     * @param scenes evaluated before and after; those of tuning are for choosing settings
     * @param port of the endpoints; 0 takes a free one
     */
    record Options(int pairs, DemoSettings settings, Split scenes, int port, boolean keepRunning) {}

    /** @param directory empty or absent; takes the broker's log and the services' state */
    Quickstart(Options options, Path directory, PrintWriter out) {
        this.options = options;
        this.directory = directory;
        this.out = out;
    }

    QuickstartReport run() {
        say("starting a Kafka broker and creating the topics");
        long start = System.nanoTime();
        try (var broker = EmbeddedBroker.start(directory.resolve("broker"), 0, PATIENT);
                var endpoints = ServiceEndpoints.start(
                        new HttpConfig("127.0.0.1", options.port(), Optional.empty()), registry, this::state)) {
            var kafka = Map.of("bootstrap.servers", broker.bootstrapServers(), ONE_IN_FLIGHT, "1");
            createTopics(kafka);
            say("broker %s, metrics %s/metrics".formatted(broker.bootstrapServers(), endpoints.address()));
            var report = compare(kafka, start);
            ReportTable.print(out, report);
            if (options.keepRunning()) {
                keepRunning(broker, kafka);
            }
            return report;
        }
    }

    /** Evaluates the base, learns, evaluates the adapter that the checkpoint topic holds. */
    private QuickstartReport compare(Map<String, String> kafka, long start) {
        var stream = new PairStream(
                catalogue,
                options.pairs(),
                options.settings().seed(),
                options.settings().feedback());
        var evaluation = new SceneEvaluation(catalogue, options.scenes(), SCENES);
        try (var model = options.settings().model(Demo.model()).open()) {
            say("describing %d %s scenes with the base model".formatted(SCENES, name(options.scenes())));
            var before = evaluation.evaluate(model);
            var steps = new StepLog();
            var status = learn(kafka, stream, steps);
            LoraAdapter.bind(model, DemoSettings.LORA, adapter(kafka, status));
            say("describing them again with the adapter of step %d".formatted(status.step()));
            var after = evaluation.evaluate(model);
            double seconds = (System.nanoTime() - start) / 1e9;
            return report(TopicCounts.read(kafka), status, steps, before, after, seconds);
        }
    }

    /** Streams the pairs until every one is learned, refused or waits for a full batch. */
    private LearnerStatus learn(Map<String, String> kafka, PairStream stream, StepLog steps) {
        try (var started = start(kafka, options.pairs(), steps);
                var progress = Progress.start("learning", options.pairs())) {
            started.start("producer", () -> new PairProducer(kafka).send(stream));
            return started.await(status -> progress.update(status.pairsRead()));
        }
    }

    private void keepRunning(EmbeddedBroker broker, Map<String, String> kafka) {
        var started = start(kafka, Long.MAX_VALUE, StepListener.NONE);
        Runtime.getRuntime().addShutdownHook(new Thread(started::close, "mdpo-shutdown"));
        say("the run goes on: send pairs to %s at %s; Ctrl-C stops"
                .formatted(Topic.RAW_PAIRS.name(Topic.DEFAULT_PREFIX), broker.bootstrapServers()));
        started.await(status -> {});
    }

    private Pipeline start(Map<String, String> kafka, long pairs, StepListener listener) {
        // The services that go on after the report are others: a gauge would go on showing the learner that has ended.
        registry.clear();
        var started = new Pipeline(kafka, directory.resolve("ingest"), options.settings(), registry, pairs, listener);
        pipeline.set(started);
        return started;
    }

    private State state() {
        var current = pipeline.get();
        return current == null ? State.STARTING : current.state();
    }

    private void createTopics(Map<String, String> kafka) {
        try (var admin = Admin.create(Map.copyOf(kafka))) {
            new TopicCatalogue(admin, Topic.DEFAULT_PREFIX, 1, Optional.of(1)).create();
        }
    }

    private static byte[] adapter(Map<String, String> kafka, LearnerStatus status) {
        try (var store = new CheckpointStore(Topic.DEFAULT_PREFIX, kafka)) {
            var checkpoint = status.checkpoint()
                    .orElseThrow(
                            () -> new IllegalStateException("no checkpoint: there are fewer pairs than one batch"));
            var adapter = new ByteArrayOutputStream();
            store.read(checkpoint, BlobNames.ADAPTER, adapter);
            return adapter.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private QuickstartReport report(
            TopicCounts counts,
            LearnerStatus status,
            StepLog steps,
            List<Figure> before,
            List<Figure> after,
            double seconds) {
        var checkpoint = status.checkpoint().orElseThrow();
        return new QuickstartReport(
                options.settings().seed(),
                name(options.settings().feedback()),
                new QuickstartReport.Pairs(
                        counts.ingested(),
                        counts.rejected(),
                        counts.scored(),
                        status.pairsLearned(),
                        status.waiting(),
                        counts.reasons()),
                new QuickstartReport.Loss(steps.first("loss"), steps.last("loss")),
                new QuickstartReport.Rewards(
                        steps.lastTenth("rewards/chosen").orElseThrow(),
                        steps.lastTenth("rewards/rejected").orElseThrow(),
                        steps.lastTenth("rewards/accuracies").orElse(null),
                        imageAccuracy(steps),
                        steps.lastTenth("rewards/margins").orElse(null),
                        imageMargin(steps)),
                new QuickstartReport.LogProbs(
                        steps.lastTenth("logps/chosen_change").orElseThrow(),
                        steps.lastTenth("logps/image_margins").orElseThrow()
                                - imageMargin(steps) / options.settings().beta(),
                        steps.lastTenth("logps/image_margins").orElseThrow()),
                new QuickstartReport.Evaluation(
                        name(options.scenes()), SCENES, Figure.values(before), Figure.values(after)),
                new QuickstartReport.CheckpointId(checkpoint.getStep(), checkpoint.getSha256()),
                Math.round(seconds * 10) / 10.0);
    }

    private static double imageAccuracy(StepLog steps) {
        return steps.lastTenth("rewards/image_accuracies").orElseThrow();
    }

    private static double imageMargin(StepLog steps) {
        return steps.lastTenth("rewards/image_margins").orElseThrow();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void say(String what) {
        System.err.println("quickstart: " + what);
    }
}

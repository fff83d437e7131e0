package io.mdpo.ops.quickstart;

import io.mdpo.ingest.IngestService;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.evaluation.HallucinationMetrics;
import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.ops.broker.EmbeddedBroker;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.ops.cli.Progress;
import io.mdpo.ops.demo.Demo;
import io.mdpo.ops.demo.SceneEvaluation;
import io.mdpo.ops.http.HttpConfig;
import io.mdpo.ops.http.ServiceEndpoints;
import io.mdpo.ops.scenes.NounCatalogue;
import io.mdpo.ops.scenes.Split;
import io.mdpo.schemas.Topic;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ScorerService;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/**
 * The whole pipeline in one process on a real broker: bundled pairs in, an adapter out, held-out scenes before and after.
 *
 * <p>Every topic has one partition, so that two runs with one seed read the same log and end with the same weights.
 */
final class Quickstart {
    private static final int HELDOUT_SCENES = 300;

    /** The engine's threads: two services compute at once, and a team of threads each would wait for one another. */
    private static final int THREADS = 1;

    private final Options options;
    private final Path directory;
    private final PrintWriter out;
    private final NounCatalogue catalogue = NounCatalogue.load();
    private final RunningServices services = new RunningServices();

    /**
     * What to run.
     *
     * @param pairs good pairs to stream
     * @param port of the endpoints; 0 takes a free one
     */
    record Options(int pairs, long seed, int port, boolean keepRunning) {}

    /** @param directory empty or absent; takes the broker's log and the services' state */
    Quickstart(Options options, Path directory, PrintWriter out) {
        this.options = options;
        this.directory = directory;
        this.out = out;
    }

    QuickstartReport run() {
        long start = System.nanoTime();
        Torch.setThreads(THREADS);
        say("starting a Kafka broker and creating the topics");
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var broker = EmbeddedBroker.start(directory.resolve("broker"), 0, Map.of())) {
            var kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            createTopics(kafka);
            var stream = new PairStream(catalogue, options.pairs(), options.seed());
            var evaluation = new SceneEvaluation(catalogue, Split.HELDOUT, HELDOUT_SCENES);
            try (var endpoints = ServiceEndpoints.start(
                            new HttpConfig("127.0.0.1", options.port()),
                            registry,
                            services::allHealthy,
                            services::allReady);
                    var model = VisionLanguageModel.open(Demo.model())) {
                say("broker %s, metrics %s".formatted(broker.bootstrapServers(), endpoints.address()));
                var before = evaluate("evaluating the base model", evaluation, model);
                var steps = new StepLog();
                var status = learn(kafka, registry, stream, steps);
                LoraAdapter.bind(model, DemoSettings.LORA, adapter(kafka, status));
                var after = evaluate("evaluating the learned adapter", evaluation, model);
                var counts = TopicCounts.read(kafka);
                double seconds = (System.nanoTime() - start) / 1e9;
                var report = report(counts, status, steps, before, after, seconds);
                ReportTable.print(out, report);
                if (options.keepRunning()) {
                    say("the broker and its topics stay up; stop with Ctrl-C");
                    broker.awaitClose();
                }
                return report;
            }
        }
    }

    private void createTopics(Map<String, String> kafka) {
        try (var admin = Admin.create(Map.copyOf(kafka))) {
            new TopicCatalogue(admin, Topic.DEFAULT_PREFIX, 1, Optional.of(1)).create();
        }
    }

    /** Runs the three services until every record that entered is learned, refused or waits for a full batch. */
    private LearnerStatus learn(
            Map<String, String> kafka, PrometheusMeterRegistry registry, PairStream stream, StepLog steps) {
        var ingestConfig = DemoSettings.ingest(kafka, directory.resolve("ingest"));
        var scorerConfig = DemoSettings.scorer(kafka, Demo.model(), options.seed());
        var learnerConfig = DemoSettings.learner(kafka, Demo.model(), options.seed());
        try (var reference = ModelReferenceScorer.open(scorerConfig);
                var trainer =
                        new PolicyTrainer(VisionLanguageModel.open(learnerConfig.model()), learnerConfig.training());
                var ingest = new IngestService(ingestConfig, registry);
                var scorer = new ScorerService(scorerConfig, reference, registry);
                var learner = new LearnerService(learnerConfig, trainer, registry, steps);
                var progress = Progress.start("learning", options.pairs())) {
            services.start("ingest", ingest::run, ingest::isHealthy, ingest::isReady);
            services.start("scorer", scorer::run, scorer::isHealthy, scorer::isReady);
            services.start("learner", () -> learner.runUntil(options.pairs()), learner::isHealthy, learner::isReady);
            services.start("producer", () -> new PairProducer(kafka).send(stream), () -> true, () -> true);
            services.await("learner", () -> progress.update(learner.status().pairsRead()));
            return learner.status();
        }
    }

    private static byte[] adapter(Map<String, String> kafka, LearnerStatus status) {
        try (var store = new CheckpointStore(Topic.DEFAULT_PREFIX, kafka)) {
            var checkpoint = status.checkpoint()
                    .orElseThrow(
                            () -> new IllegalStateException("no checkpoint: there are fewer pairs than one batch"));
            return Objects.requireNonNull(store.load(checkpoint).get(BlobNames.ADAPTER));
        }
    }

    private HallucinationMetrics evaluate(String label, SceneEvaluation evaluation, VisionLanguageModel model) {
        say(label);
        return evaluation.greedy(model);
    }

    private QuickstartReport report(
            TopicCounts counts,
            LearnerStatus status,
            StepLog steps,
            HallucinationMetrics before,
            HallucinationMetrics after,
            double seconds) {
        var checkpoint = status.checkpoint().orElseThrow();
        return new QuickstartReport(
                options.seed(),
                new QuickstartReport.Pairs(
                        counts.ingested(),
                        counts.rejected(),
                        counts.scored(),
                        status.pairsLearned(),
                        status.waiting(),
                        counts.reasons()),
                new QuickstartReport.Loss(steps.first("loss"), steps.last("loss")),
                new QuickstartReport.Rewards(
                        steps.lastTenth("rewards/accuracies"),
                        steps.lastTenth("rewards/image_accuracies"),
                        steps.lastTenth("rewards/margins"),
                        steps.lastTenth("rewards/image_margins")),
                new QuickstartReport.LogProbs(
                        steps.lastTenth("logps/chosen_change"),
                        steps.lastTenth("logps/image_margins")
                                - steps.lastTenth("rewards/image_margins") / DemoSettings.OBJECTIVE.beta(),
                        steps.lastTenth("logps/image_margins")),
                new QuickstartReport.Evaluation(before, after),
                new QuickstartReport.CheckpointId(checkpoint.getStep(), checkpoint.getSha256()),
                Math.round(seconds * 10) / 10.0);
    }

    private void say(String what) {
        System.err.println("quickstart: " + what);
    }
}

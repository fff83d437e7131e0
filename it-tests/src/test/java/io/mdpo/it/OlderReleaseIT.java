package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.service.LearnerService;
import io.mdpo.learner.service.Replay;
import io.mdpo.learner.service.RunMismatchException;
import io.mdpo.schemas.Topic;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of three steps that the code of commit a9c9b0a made of the tiny model's pairs: {@code releases/a9c9b0a-run.txt} holds
 * the committed records of its topics, a line each: topic, partition, offset, timestamp, key and value in base 64.
 */
@Timeout(120)
class OlderReleaseIT {
    private static final String RUN = "run";

    @TempDir
    private static Path temp;

    private static Path model;
    private static TestBroker broker;
    private static KafkaFixture fixture;

    @BeforeAll
    static void writeWhatTheReleaseWrote() throws IOException {
        model = TinyLlava.write(temp.resolve("model"), 11);
        broker = TestBroker.start(temp.resolve("broker"));
        fixture = new KafkaFixture(broker.bootstrapServers(), 1);
        try (var in = Objects.requireNonNull(OlderReleaseIT.class.getResourceAsStream("/releases/a9c9b0a-run.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(OlderReleaseIT::send);
        }
        fixture.flush();
    }

    private static void send(String line) {
        var field = line.split(" ");
        fixture.send(
                Topic.valueOf(field[0]),
                Integer.parseInt(field[1]),
                Long.parseLong(field[3]),
                Base64.getDecoder().decode(field[4]),
                Base64.getDecoder().decode(field[5]),
                Map.of());
    }

    @AfterAll
    static void stop() {
        fixture.close();
        broker.close();
    }

    @Test
    void aRunOfAnOlderReleaseSaysWhyItCannotGoOnAndWhatToDo() {
        try (var trainer = config().openTrainer()) {
            var learner = new LearnerService(config(), trainer, new SimpleMeterRegistry());

            assertThatThrownBy(learner::run)
                    .isInstanceOf(RunMismatchException.class)
                    .hasMessage(
                            "run run was checkpointed at step 3 by an older release, and this one computes otherwise, so "
                                    + "the run cannot go on; go on with its adapter in a new run, ops/mdpo checkpoints export --run run "
                                    + "--step 3 --to DIR, as ops/docs/runbooks.md says under 'A run of an older release'");
            assertThatThrownBy(() -> new Replay(config(), trainer).run(Optional.empty(), Optional.empty(), step -> {}))
                    .isInstanceOf(RunMismatchException.class)
                    .hasMessageContaining("by an older release");
        }
    }

    @Test
    void itsCheckpointsAreShownAndItsAdapterIsExported() throws IOException {
        var show = Cli.on(fixture, "checkpoints", "show", "--run", RUN);
        assertThat(show.exitCode()).as(show.err()).isZero();
        assertThat(show.out()).contains("step           3", "all there, digests match");

        var exported = temp.resolve("exported");
        var export = Cli.on(fixture, "checkpoints", "export", "--run", RUN, "--step", "3", "--to", exported.toString());
        assertThat(export.exitCode()).as(export.err()).isZero();
        try (var base = VisionLanguageModel.open(model)) {
            assertThat(PeftAdapter.read(base.manager(), base.family(), exported).rank())
                    .isEqualTo(1);
        }
    }

    private static LearnerConfig config() {
        return LearnerConfig.defaults().with(config -> config.topicPrefix(fixture.prefix)
                .groupId(fixture.prefix + "-learner")
                .runId(RUN)
                .kafka(fixture.kafka)
                .model(ModelConfig.cpu(model, 1))
                .batchSize(2)
                .lora(new LoraConfig(1, 1, List.of("q_proj"))));
    }
}

package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.TrainingMetrics;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.TinyLlava;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics that hold what earlier releases wrote, and pairs about text alone, through the three services. */
@Timeout(300)
class OldReleasesIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<ScoredPair> SCORED = AvroSerde.of(ScoredPair.class);
    private static final AvroSerde<TrainingMetrics> METRICS = AvroSerde.of(TrainingMetrics.class);

    /** Records of today, so that no topic's retention drops them. */
    private final long now = Instant.now().toEpochMilli();

    private final List<String> ids = new ArrayList<>();

    @TempDir
    private Path temp;

    @Test
    void recordsOfReleasesOneAndTwoAndPairsAboutTextAloneAreLearned() throws Exception {
        var model = TinyLlava.write(temp.resolve("model"), 11);
        try (var broker = TestBroker.start(temp.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            sendScored(fixture, model);
            for (int version = 1; version <= 2; version++) {
                for (int i = 0; i < 2; i++) {
                    var raw = pair("raw-%d-%d".formatted(version, i));
                    fixture.send(Topic.RAW_PAIRS, 0, now, raw.getPairId(), OldReleases.encode(version, raw));
                    var checked = pair("checked-%d-%d".formatted(version, i));
                    fixture.send(Topic.PAIRS, 0, now, checked.getPairId(), OldReleases.encode(version, checked));
                }
            }
            for (int i = 0; i < 4; i++) {
                var text = PreferencePair.newBuilder(pair("text-" + i))
                        .setImages(List.of())
                        .build();
                fixture.send(Topic.RAW_PAIRS, 0, now, text.getPairId(), PAIR.encode(text));
            }
            fixture.flush();

            try (var pipeline = new TinyPipeline(fixture, model, temp.resolve("state"), ids.size())) {
                assertThat(pipeline.awaitLearned().pairsRead()).isEqualTo(2 * TinyPipeline.BATCH);
            }

            assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();
            assertThat(fixture.read(Topic.SCORED_PAIRS))
                    .extracting(KafkaFixture::key)
                    .containsExactlyInAnyOrderElementsOf(ids);
            assertThat(scored(fixture, "raw-1-0")).satisfies(scored -> {
                assertThat(scored.getPair().getPrompt()).isEqualTo(Prompts.user("what is this ?"));
                assertThat(scored.getCorruptions()).hasSize(1);
            });
            assertThat(scored(fixture, "text-0")).satisfies(scored -> {
                assertThat(scored.getCorruptions()).isEmpty();
                assertThat(scored.getLogProbs().getChosen()).isNotEmpty();
                assertThat(scored.getLogProbs().getRejected()).isNotEmpty();
                assertThat(scored.getLogProbs().getChosenGivenCorruptedImage()).isEmpty();
            });
            assertThat(fixture.read(Topic.TRAINING_METRICS)).hasSize(2).allSatisfy(step -> assertThat(
                            METRICS.decode(step.value()).getValues().values())
                    .allMatch(Double::isFinite));
        }
    }

    /** Only the model's own reference makes scored pairs that its policy takes. */
    private void sendScored(KafkaFixture fixture, Path model) {
        try (var reference = ModelReferenceScorer.open(ScorerConfig.defaults().withModel(ModelConfig.cpu(model, 1)))) {
            for (int version = 1; version <= 2; version++) {
                for (int i = 0; i < 2; i++) {
                    var pair = pair("scored-%d-%d".formatted(version, i));
                    var outcome =
                            (Outcome.Scored) reference.score(List.of(pair)).get(0);
                    fixture.send(
                            Topic.SCORED_PAIRS, 0, now, pair.getPairId(), OldReleases.encode(version, outcome.pair()));
                }
            }
        }
    }

    private static ScoredPair scored(KafkaFixture fixture, String id) {
        return fixture.read(Topic.SCORED_PAIRS).stream()
                .filter(record -> new String(record.key(), UTF_8).equals(id))
                .map(record -> SCORED.decode(record.value()))
                .findFirst()
                .orElseThrow();
    }

    private PreferencePair pair(String id) {
        ids.add(id);
        // Other words for each, so that none is a duplicate of another.
        var number = Integer.toString(ids.size(), 2).replace("0", "dog ").replace("1", "cat ");
        return PreferencePair.newBuilder(TestPairs.good(id))
                .setPrompt(Prompts.user("what is this ?"))
                .setChosen("a " + number + ".")
                .setRejected("a red dog .")
                .build();
    }
}

package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.scorer.logprob.PackedBatch;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations about no image, against transformers. */
class GoldenTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"llava", "bunny", "qwen2_5_vl", "idefics3"})
    void textAloneHasTheTokensAndLogProbsOfTransformers(String family) {
        try (var golden = Golden.open(family)) {
            assertThat(golden.textCases()).hasSize(3);
            for (var c : golden.textCases()) {
                var conversation = golden.model.conversation(c.messages(), List.of());
                assertThat(conversation.prompt().ids())
                        .as(c.name())
                        .isEqualTo(Golden.longs(c.json().path("promptIds")));
                var chosen = conversation.completion(c.chosen());
                var rejected = conversation.completion(c.rejected());
                assertThat(chosen).as(c.name()).isEqualTo(Golden.longs(c.json().path("chosenIds")));
                assertThat(rejected)
                        .as(c.name())
                        .isEqualTo(Golden.longs(c.json().path("rejectedIds")));
                try (var scratch = golden.model.manager().newSubManager()) {
                    var batch = new PackedBatch(golden.model.family().imageToken());
                    batch.branch(batch.row(conversation.prompt(), chosen), rejected);
                    float[] logProbs = golden.model
                            .score(
                                    scratch,
                                    golden.model.imageFeatures(scratch, List.of()),
                                    batch.plan(scratch),
                                    Recording.NONE,
                                    false)
                            .logProbs()
                            .toFloatArray();
                    GoldenTest.assertClose(
                            Arrays.copyOf(logProbs, chosen.length),
                            Golden.floats(c.json().path("chosenLogProbs")),
                            GoldenTest.TOLERANCE,
                            c.name() + " chosen");
                    GoldenTest.assertClose(
                            Arrays.copyOfRange(logProbs, chosen.length, logProbs.length),
                            Golden.floats(c.json().path("rejectedLogProbs")),
                            GoldenTest.TOLERANCE,
                            c.name() + " rejected");
                }
            }
        }
    }
}

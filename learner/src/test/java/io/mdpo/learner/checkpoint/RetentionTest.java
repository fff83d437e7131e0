package io.mdpo.learner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mdpo.schemas.avro.Checkpoint;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    @Test
    void theNewestStayAndTaggedOnesDoNotCount() {
        var existing = List.of(checkpoint(10), checkpoint(20), checkpoint(30), checkpoint(40));

        assertThat(new Retention(2).dropped(existing, checkpoint(50), checkpoint -> checkpoint.getStep() == 20))
                .extracting(Checkpoint::getStep)
                .containsExactlyInAnyOrder(10L, 30L);
    }

    @Test
    void aCheckpointThatIsWrittenAgainDoesNotDropItself() {
        assertThat(new Retention(1).dropped(List.of(checkpoint(10)), checkpoint(10), checkpoint -> false))
                .isEmpty();
    }

    @Test
    void nothingKeptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Retention(0))
                .withMessage("keep-checkpoints is 0; it has to be at least 1");
    }

    private static Checkpoint checkpoint(long step) {
        return Checkpoint.newBuilder()
                .setRunId("run")
                .setStep(step)
                .setSha256("")
                .setBlobs(List.of())
                .setOffsets(List.of())
                .setLedger(List.of())
                .setConfigHash("")
                .setReferenceId("")
                .setAdapterConfig("")
                .setPairsLearned(0)
                .setPairsRejected(0)
                .setCreatedAt(Instant.EPOCH)
                .build();
    }
}

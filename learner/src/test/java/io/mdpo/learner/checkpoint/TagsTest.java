package io.mdpo.learner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointTag;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagsTest {
    @Test
    void tagsOfEarlierReleasesInTheManifestCountBesideTheRecords() {
        var tags = new Tags(List.of(tag(20, "release"), tag(20, "best"), tag(40, "other")));

        assertThat(tags.of(checkpoint(20, "first", "best"))).containsExactly("best", "first", "release");
        assertThat(tags.of(checkpoint(30))).isEmpty();
    }

    private static CheckpointTag tag(long step, String name) {
        return new CheckpointTag("run", step, name, Instant.EPOCH);
    }

    private static Checkpoint checkpoint(long step, String... tags) {
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
                .setTags(List.of(tags))
                .setCreatedAt(Instant.EPOCH)
                .build();
    }
}

package io.mdpo.learner.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.learner.service.Batch.Accepted;
import io.mdpo.learner.service.Refusal.Place;
import io.mdpo.learner.training.Trainer.PreparedPair;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.StepOffsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnpublishedTest {
    @Test
    void theLedgerSkipsOffsetsThatHoldNoRecord() {
        // Offset 2 is a transaction marker.
        var batch = new Batch();
        batch.accept(pair(0));
        batch.refuse(letter(1));
        batch.accept(pair(3));

        assertThat(batch.offsets(7)).isEqualTo(new StepOffsets(7L, 0, 0L, 3L, List.of(1L)));
    }

    @Test
    void aWithdrawnPairIsRefusedInItsPlace() {
        var batch = new Batch();
        batch.accept(pair(0));
        batch.accept(pair(1));
        batch.refuse(letter(2));
        batch.withdraw(List.of(batch.accepted().get(0)));
        batch.refuse(letter(0));

        assertThat(batch.offsets(7)).isEqualTo(new StepOffsets(7L, 0, 0L, 2L, List.of(0L, 2L)));
        assertThat(batch.accepted()).extracting(Accepted::pairId).containsExactly("pair-1");
    }

    @Test
    void theManifestTellsCountsAndWhereTheStreamGoesOn() {
        var unpublished = new Unpublished("run", Optional.empty());
        var batch = new Batch();
        batch.refuse(letter(4));
        batch.accept(pair(5));
        unpublished.addStep(1, batch, Map.of("loss", 2.0));

        var draft = unpublished.draft(1, "scored-pairs");

        assertThat(draft.getOffsets()).singleElement().satisfies(next -> assertThat(next.getOffset())
                .isEqualTo(6));
        assertThat(draft.getPairsLearned()).isEqualTo(1);
        assertThat(draft.getPairsRejected()).isEqualTo(1);
        assertThat(draft.getParentStep()).isNull();
        assertThat(draft.getCreatedAt()).isEqualTo(Instant.ofEpochMilli(105));
    }

    @Test
    void refusalsBeforeTheFirstStepWait() {
        var unpublished = new Unpublished("run", Optional.empty());
        var batch = new Batch();
        batch.refuse(letter(0));

        assertThat(unpublished.addTrailing(batch)).isFalse();
        assertThat(unpublished.isEmpty()).isTrue();
    }

    @Test
    void aManifestThatIsWrittenAgainKeepsTheTagsThatAnEarlierReleaseWroteIntoIt() {
        var batch = new Batch();
        batch.accept(pair(0));
        var first = new Unpublished("run", Optional.empty());
        first.addStep(1, batch, Map.of());
        var published = first.draft(1, "scored-pairs")
                .setTags(List.of("release"))
                .setSha256("")
                .setBlobs(List.of())
                .setConfigHash("")
                .setReferenceId("")
                .setAdapterConfig("")
                .build();
        var again = new Unpublished("run", Optional.of(published));
        var trailing = new Batch();
        trailing.refuse(letter(1));

        assertThat(again.addTrailing(trailing)).isTrue();
        assertThat(again.draft(1, "scored-pairs").getTags()).containsExactly("release");
        assertThat(again.draft(2, "scored-pairs").getTags()).isEmpty();
    }

    private static Refusal letter(long offset) {
        return new Refusal(place(offset), Optional.empty(), RejectionReason.UNDECODABLE_RECORD, "not a pair");
    }

    private static Accepted pair(long offset) {
        return new Accepted(place(offset), "pair-" + offset, new PreparedPair() {});
    }

    private static Place place(long offset) {
        return new Place(offset, 100 + offset);
    }
}

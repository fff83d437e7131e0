package io.mdpo.learner.checkpoint;

import io.mdpo.schemas.avro.Checkpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which checkpoints stay: every tagged one, and the newest of the others.
 *
 * @param newest how many untagged checkpoints stay, the one being written included
 */
public record Retention(int newest) {
    public Retention {
        if (newest < 1) {
            throw new IllegalArgumentException("keep-checkpoints is " + newest + "; it has to be at least 1");
        }
    }

    /** What is dropped of {@code existing} once {@code written} is there. */
    List<Checkpoint> dropped(Collection<Checkpoint> existing, Checkpoint written, Predicate<Checkpoint> isTagged) {
        var untagged = new ArrayList<>(existing.stream()
                .filter(isTagged.negate())
                .filter(checkpoint -> checkpoint.getStep() != written.getStep())
                .toList());
        untagged.add(written);
        untagged.sort(Comparator.comparingLong(Checkpoint::getStep).reversed());
        return untagged.stream()
                .skip(newest)
                .filter(checkpoint -> checkpoint.getStep() != written.getStep())
                .toList();
    }
}

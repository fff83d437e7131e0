package io.mdpo.ops.rejected;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which letters are meant. An empty set or value lets every letter through.
 *
 * @param offsets of the letters themselves
 * @param fromOffset the first one
 * @param toOffset the last one, included
 * @param reasons codes such as DUPLICATE_CONTENT
 * @param stages ingest, scorer, learner
 * @param since not refused before
 * @param until refused before
 * @param key of the refused record, or its pair id
 */
public record DeadLetterFilter(
        Set<Long> offsets,
        Optional<Long> fromOffset,
        Optional<Long> toOffset,
        Set<String> reasons,
        Set<String> stages,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> key) {
    public DeadLetterFilter {
        offsets = Set.copyOf(offsets);
        reasons = Set.copyOf(reasons);
        stages = Set.copyOf(stages);
    }

    /** Exactly these letters. */
    public static DeadLetterFilter of(Set<Long> offsets) {
        return new DeadLetterFilter(
                offsets,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Whether it lets every letter through. */
    public boolean isOpen() {
        return equals(of(Set.of()));
    }

    /** The first offset that may match. */
    long first() {
        long lowest = offsets.stream().mapToLong(Long::longValue).min().orElse(0);
        return Math.max(lowest, fromOffset.orElse(0L));
    }

    /** The last offset that may match. */
    long last() {
        long highest = offsets.stream().mapToLong(Long::longValue).max().orElse(Long.MAX_VALUE);
        return Math.min(highest, toOffset.orElse(Long.MAX_VALUE));
    }

    boolean matches(DeadLetter letter) {
        return (offsets.isEmpty() || offsets.contains(letter.offset()))
                && letter.offset() >= first()
                && letter.offset() <= last()
                && (reasons.isEmpty() || reasons.contains(letter.pair().getReason()))
                && (stages.isEmpty() || stages.contains(letter.pair().getStage()))
                && since.stream().noneMatch(letter.time()::isBefore)
                && until.stream().allMatch(letter.time()::isBefore)
                && key.stream()
                        .allMatch(wanted -> wanted.equals(letter.key())
                                || wanted.equals(letter.pair().getPairId()));
    }
}

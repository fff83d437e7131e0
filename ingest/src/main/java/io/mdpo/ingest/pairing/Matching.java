package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Finds partners for thumbs, by content. Its time is that of the slowest partition of interactions and feedback, as each
 * tells it: so a thumb is decided only when every other that may belong to it is here, however far partitions are apart.
 */
final class Matching implements Consumer<Record<Bytes, Offer>> {
    private static final String THUMBS = "thumbs";
    private static final String GROUPS = "groups";
    private static final String TIMERS = "group-timers";
    private static final String CLOCKS = "clocks";

    private final ProcessorContext<Bytes, Decision> context;
    private final ThumbMatching matching;
    private final long partnerWait;
    private final long lateness;
    private final int partitions;
    private final KeyValueStore<Bytes, byte[]> thumbs;
    private final KeyValueStore<Bytes, Group> groups;
    private final KeyValueStore<Bytes, Long> clocks;
    private final Timers timers;

    /** @param partitions of interactions and feedback */
    Matching(PairingConfig config, int partitions, ProcessorContext<Bytes, Decision> context) {
        this.context = context;
        this.matching = new ThumbMatching(config.thumbs(), config.unpaired());
        this.partnerWait = config.partnerWait().toMillis();
        this.lateness = config.lateness().toMillis();
        this.partitions = partitions;
        this.thumbs = context.getStateStore(THUMBS);
        this.groups = context.getStateStore(GROUPS);
        this.clocks = context.getStateStore(CLOCKS);
        this.timers = new Timers(context.getStateStore(TIMERS));
    }

    /** The stores that a processor must be connected to. */
    static Set<StoreBuilder<?>> stores(Storage storage) {
        return Set.of(
                storage.store(THUMBS, Serdes.ByteArray()),
                storage.store(GROUPS, Group.SERDE),
                storage.store(TIMERS, Serdes.ByteArray()),
                storage.store(CLOCKS, Serdes.Long()));
    }

    @Override
    public void accept(Record<Bytes, Offer> record) {
        if (record.value() instanceof Offer.Thumb thumb) {
            take(record.key(), thumb);
        } else if (record.value() instanceof Offer.Clock clock) {
            var before = Optional.ofNullable(clocks.get(record.key())).orElse(Life.NEVER);
            clocks.put(record.key(), Math.max(before, clock.time()));
            decideDue();
        }
    }

    private void take(Bytes content, Offer.Thumb thumb) {
        var encoded = Offer.SERDE.encode(thumb);
        var group = Optional.ofNullable(groups.get(content)).orElse(Group.NONE);
        if (group.thumbs() >= Limits.HELD || group.bytes() + encoded.length > Limits.HELD_BYTES) {
            var message = "%d thumbs wait for the same images and prompt".formatted(group.thumbs());
            end(thumb, Ending.of(thumb.voice().feedbackId(), FeedbackReason.TOO_MANY, message), thumb.settledAt());
            return;
        }
        thumbs.put(Keys.of(content, thumb.settledAt(), thumb.voice().feedbackId()), encoded);
        put(content, group, group.with(encoded.length, due(thumb)));
    }

    private void put(Bytes content, Group before, Group after) {
        timers.move(content, before.due(), after.due());
        if (after.thumbs() == 0) {
            groups.delete(content);
        } else {
            groups.put(content, after);
        }
    }

    private long due(Offer.Thumb thumb) {
        return Schedule.plus(Schedule.plus(thumb.settledAt(), partnerWait), lateness);
    }

    private void decideDue() {
        long now = now();
        for (var content = timers.due(now); content.isPresent(); content = timers.due(now)) {
            decide(content.get(), now);
        }
    }

    /** That of the slowest partition; before all have told theirs, no time. */
    private long now() {
        long slowest = Long.MAX_VALUE;
        for (int partition = 0; partition < partitions && slowest != Life.NEVER; partition++) {
            slowest = Math.min(
                    slowest, Optional.ofNullable(clocks.get(Keys.of(partition))).orElse(Life.NEVER));
        }
        return slowest;
    }

    private void decide(Bytes content, long now) {
        var waiting = waiting(content);
        while (!waiting.isEmpty() && due(waiting.get(0)) <= now) {
            long end = Schedule.plus(waiting.get(0).settledAt(), partnerWait);
            // At the very end of time nothing lies before it.
            var window = waiting.stream()
                    .filter(thumb -> thumb.settledAt() < end || thumb.equals(waiting.get(0)))
                    .toList();
            var matched = matching.decide(window, end);
            matched.drafts().forEach((draft, at) -> forward(at, new Decision.Paired(at.home(), draft)));
            matched.endings().forEach((thumb, ending) -> {
                thumbs.delete(Keys.of(content, thumb.settledAt(), thumb.voice().feedbackId()));
                end(thumb, ending, end);
            });
            waiting.removeAll(matched.endings().keySet());
        }
        var left = Group.NONE;
        for (var thumb : waiting) {
            left = left.with(Offer.SERDE.encode(thumb).length, due(thumb));
        }
        put(content, Optional.ofNullable(groups.get(content)).orElse(Group.NONE), left);
    }

    /** The thumbs of a group by the time at which they settled, and by id. */
    private List<Offer.Thumb> waiting(Bytes content) {
        var all = new ArrayList<Offer.Thumb>();
        try (var found = thumbs.prefixScan(content, new BytesSerializer())) {
            found.forEachRemaining(entry -> all.add((Offer.Thumb) Offer.SERDE.decode(entry.value)));
        }
        return all;
    }

    private void end(Offer.Thumb thumb, Ending ending, long at) {
        forward(thumb, new Decision.Ended(thumb.home(), ending, at));
    }

    /** With the time at which the thumb's interaction settled: a later one would move the time of its partition. */
    private void forward(Offer.Thumb thumb, Decision decision) {
        context.forward(new Record<>(
                Keys.utf8(thumb.voice().interactionId()), decision, thumb.settledAt(), new RecordHeaders()));
    }
}

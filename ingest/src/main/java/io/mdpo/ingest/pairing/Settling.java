package io.mdpo.ingest.pairing;

import static java.util.stream.Collectors.partitioningBy;

import io.mdpo.kafka.DeadLetter;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Feedback;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Joins feedback to interactions and settles them. What is due is settled before a record is looked at, so that what comes
 * out follows from the records and not from how often somebody looks. Time is the stream time of the partition; where
 * nothing came for {@code lateness}, it is the clock less that, or the last feedback of a quiet day would wait for ever.
 */
final class Settling implements Consumer<Record<Bytes, Bytes>> {
    static final String STAGE = "pairing";

    private static final String NO_INTERACTION =
            "no interaction of that id came within interaction-wait to the partition of the feedback";
    private static final String CLOSED = "minds may change until settle after the first feedback";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final PairingConfig config;
    private final PairingMetrics metrics;
    private final ProcessorContext<Bytes, Output> context;
    private final Schedule schedule;
    private final Settlement settlement;
    private final Lives lives;
    private final Results results;
    private final ArrivalReader reader;
    private final FailuresInARow failures;
    private long lastRecordAt;
    private long lastClock = Life.NEVER;

    Settling(
            PairingConfig config,
            ArrivalReader reader,
            PairingMetrics metrics,
            ProcessorContext<Bytes, Output> context) {
        this.reader = reader;
        this.config = config;
        this.metrics = metrics;
        this.context = context;
        this.schedule = Schedule.of(config);
        this.settlement = new Settlement(config);
        this.lives = new Lives(schedule, context);
        this.results = new Results(context, metrics);
        this.failures = new FailuresInARow(config.maxFailuresInARow());
        this.lastRecordAt = context.currentSystemTimeMs();
        context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::look);
    }

    @Override
    public void accept(Record<Bytes, Bytes> record) {
        lastRecordAt = context.currentSystemTimeMs();
        settleDue(context.currentStreamTimeMs());
        var arrival = read(record);
        if (arrival instanceof Arrival.Refused refused) {
            refuse(record, refused);
            return;
        }
        failures.count(Optional.empty(), "");
        if (arrival instanceof Arrival.OfInteraction came) {
            take(record.key(), record.timestamp(), came);
        } else if (arrival instanceof Arrival.OfFeedback came) {
            take(record, came.feedback());
        }
        settleDue(context.currentStreamTimeMs());
    }

    private Arrival read(Record<Bytes, Bytes> record) {
        var key = Optional.ofNullable(record.key());
        var value = Optional.ofNullable(record.value());
        var topic = context.recordMetadata().orElseThrow().topic();
        return topic.equals(Topic.FEEDBACK.name(config.topicPrefix()))
                ? reader.feedback(key, value, Instant.ofEpochMilli(record.timestamp()))
                : reader.interaction(key, value, Instant.ofEpochMilli(record.timestamp()));
    }

    private void take(Bytes id, long time, Arrival.OfInteraction came) {
        var life = lives.get(id);
        if (!life.settled()) {
            lives.keep(id, came.interaction(), came.encoded().get());
            lives.put(id, life.withInteractionAt(time));
        }
    }

    private void take(Record<Bytes, Bytes> record, Feedback feedback) {
        var id = record.key();
        var life = lives.get(id);
        var held = Held.of(record.timestamp(), TraceHeaders.of(record.headers()), feedback);
        if (lives.knows(id, feedback.getFeedbackId())) {
            metrics.duplicate();
            lives.held(id, feedback.getFeedbackId())
                    .map(held::merge)
                    .ifPresent(merged -> hold(id, life.withFeedbackAt(record.timestamp()), merged, 0));
        } else if (life.settled()) {
            endNow(id, life, record.timestamp(), feedback, FeedbackReason.TOO_LATE, "its interaction was settled");
        } else if (life.held() >= Limits.HELD
                || life.heldBytes() + record.value().get().length > Limits.HELD_BYTES) {
            endNow(
                    id,
                    life.withFeedbackAt(record.timestamp()),
                    record.timestamp(),
                    feedback,
                    FeedbackReason.TOO_MANY,
                    "%d of %d bytes are held for its interaction".formatted(life.held(), life.heldBytes()));
        } else {
            hold(id, life.withFeedbackAt(record.timestamp()), held, 1);
        }
    }

    private void hold(Bytes id, Life life, Held held, int count) {
        var encoded = Held.SERDE.encode(held);
        lives.hold(id, held.id(), encoded);
        lives.put(id, life.withHeld(life.held() + count, life.heldBytes() + (long) count * encoded.length));
    }

    private void endNow(Bytes id, Life life, long at, Feedback feedback, FeedbackReason reason, String message) {
        lives.end(id, feedback.getFeedbackId());
        lives.put(id, life);
        results.ended(id, Ending.of(feedback.getFeedbackId(), reason, message), at);
    }

    private void settleDue(long now) {
        for (var id = lives.due(now); id.isPresent(); id = lives.due(now)) {
            var life = lives.get(id.get());
            if (life.settled()) {
                lives.forget(id.get(), life);
            } else if (life.hasFeedback()) {
                settle(id.get(), life);
            } else {
                metrics.unrated();
                lives.forget(id.get(), life);
            }
        }
    }

    private void settle(Bytes id, Life life) {
        var held = lives.held(id);
        long at = schedule.settlesAt(life);
        var sides = held.stream().collect(partitioningBy(each -> each.timestamp() < schedule.closesAt(life)));
        var inTime = sides.getOrDefault(true, List.of());
        end(id, sides.getOrDefault(false, List.of()), FeedbackReason.TOO_LATE, CLOSED, at);
        int offered = 0;
        if (schedule.joined(life)) {
            offered = settle(id, inTime, at);
        } else {
            end(id, inTime, FeedbackReason.UNKNOWN_INTERACTION, NO_INTERACTION, at);
        }
        lives.end(id, held);
        lives.put(id, life.withSettled(at, offered));
        if (offered == 0) {
            lives.release(id);
        }
        metrics.settled();
    }

    /** Returns how many thumbs look for a partner. */
    private int settle(Bytes id, List<Held> inTime, long at) {
        var interaction = lives.interaction(id);
        var findings =
                settlement.settle(Case.of(interaction, at, context.taskId().partition()), inTime);
        findings.drafts().forEach(draft -> results.paired(draft, interaction));
        findings.endings().forEach(ending -> results.ended(id, ending, at));
        if (!findings.offers().isEmpty()) {
            var content = ContentKey.of(interaction);
            findings.offers().forEach(offer -> offer(content, offer, at));
        }
        return findings.offers().size();
    }

    private void end(Bytes id, List<Held> all, FeedbackReason reason, String message, long at) {
        for (var each : all) {
            results.ended(id, Ending.of(each.id(), reason, message), at);
        }
    }

    private void offer(Bytes content, Offer offer, long at) {
        context.forward(new Record<>(content, new Output.Offered(offer), at, new RecordHeaders()));
    }

    /** Now and then: what no record brought to its end, and the time for those who wait for thumbs of all partitions. */
    private void look(long wall) {
        long time = context.currentStreamTimeMs();
        long lateness = config.lateness().toMillis();
        if (wall - lastRecordAt >= lateness) {
            time = Math.max(time, wall - lateness);
        }
        lives.lookAgain();
        settleDue(time);
        if (time > lastClock) {
            lastClock = time;
            int partition = context.taskId().partition();
            offer(Keys.of(partition), new Offer.Clock(partition, time), Math.max(0, context.currentStreamTimeMs()));
        }
    }

    private void refuse(Record<Bytes, Bytes> record, Arrival.Refused refused) {
        failures.count(Optional.of(refused.reason()), refused.message());
        metrics.rejected(refused.reason());
        var position = context.recordMetadata().orElseThrow();
        var letter = new DeadLetter(
                STAGE,
                new DeadLetter.Source(
                        position.topic(),
                        position.partition(),
                        position.offset(),
                        record.timestamp(),
                        Optional.ofNullable(record.key()).map(Bytes::get),
                        Optional.ofNullable(record.value()).map(Bytes::get),
                        DeadLetterHeaders.without(record.headers())),
                Optional.empty(),
                refused.reason(),
                refused.message());
        context.forward(new Record<>(
                letter.key().map(Bytes::new).orElse(null),
                new Output.Letter(letter.letter()),
                record.timestamp(),
                letter.headers()));
    }
}

package io.mdpo.learner.service;

import io.mdpo.learner.service.Batch.Accepted;
import io.mdpo.learner.service.Refusal.Place;
import io.mdpo.learner.training.Trainer;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.lifecycle.BoundedEnd;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairGuard;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each record whether it enters the batch or is refused. Decoding and preparation happen on a thread of their
 * own, ahead of the step that needs them; the order of the records is kept.
 */
final class Intake implements AutoCloseable {
    static final String STAGE = "learner";

    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    /** Sizes are bounded before anything is prepared, so one pair takes seconds at most. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(1);

    private final Trainer trainer;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "mdpo-learner-intake"));

    Intake(Trainer trainer) {
        this.trainer = trainer;
    }

    /**
     * A record on its way into a batch.
     *
     * @param bytes of the record
     */
    record Incoming(Place place, int bytes, CompletableFuture<Prepared> prepared) {
        /** Waits until the record is ready, adds it, and returns the refusal if it was refused. */
        Optional<Refusal> addTo(Batch batch) {
            var outcome = prepared.join();
            if (outcome.preparation() instanceof Preparation.Ready ready) {
                batch.accept(new Accepted(place, outcome.pairId().orElseThrow(), ready.pair()));
                return Optional.empty();
            }
            var refused = (Preparation.Refused) outcome.preparation();
            var refusal = new Refusal(place, outcome.pairId(), refused.reason(), refused.message());
            batch.refuse(refusal);
            return Optional.of(refusal);
        }
    }

    record Prepared(Optional<String> pairId, Preparation preparation) {}

    /** Starts to prepare a record. */
    Incoming start(ConsumerRecord<byte[], byte[]> record) {
        var place = new Place(record.offset(), record.timestamp());
        return new Incoming(
                place,
                Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize()),
                CompletableFuture.supplyAsync(() -> guarded(record), executor));
    }

    private Prepared guarded(ConsumerRecord<byte[], byte[]> record) {
        return PairGuard.guard(
                () -> prepare(record),
                sentence -> new Prepared(
                        Optional.empty(), new Preparation.Refused(RejectionReason.UNPREPARABLE_PAIR, sentence)));
    }

    private Prepared prepare(ConsumerRecord<byte[], byte[]> record) {
        @Nullable ScoredPair pair;
        try {
            pair = SCORED_PAIR.deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            return undecodable(String.valueOf(e.getMessage()));
        }
        return pair == null
                ? undecodable("the record has no value")
                : new Prepared(Optional.of(pair.getPair().getPairId()), trainer.prepare(pair));
    }

    private static Prepared undecodable(String message) {
        return new Prepared(Optional.empty(), new Preparation.Refused(RejectionReason.UNDECODABLE_RECORD, message));
    }

    /**
     * Returns when no pair is being prepared: what that takes may be freed after this, and not before.
     *
     * @throws IllegalStateException one is still being prepared after a minute
     */
    @Override
    public void close() {
        executor.shutdownNow();
        BoundedEnd.of(executor, ENDS_WITHIN, "the preparation of a pair");
    }
}

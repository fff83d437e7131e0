package io.mdpo.learner.service;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.kafka.DeadLetter;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Decides for each record whether it enters the batch or is refused. */
final class Intake {
    static final String STAGE = "learner";

    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    private final Trainer trainer;

    Intake(Trainer trainer) {
        this.trainer = trainer;
    }

    void add(ConsumerRecord<byte[], byte[]> record, Batch batch) {
        @Nullable ScoredPair pair;
        try {
            pair = SCORED_PAIR.deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            batch.refuse(undecodable(record, String.valueOf(e.getMessage())));
            return;
        }
        if (pair == null) {
            batch.refuse(undecodable(record, "the record has no value"));
        } else {
            add(record, pair, batch);
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> record, ScoredPair pair, Batch batch) {
        trainer.check(pair)
                .ifPresentOrElse(
                        refusal -> batch.refuse(new DeadLetter(
                                STAGE,
                                record,
                                Optional.of(pair.getPair().getPairId()),
                                refusal.reason(),
                                refusal.message())),
                        () -> batch.accept(record, pair));
    }

    private static DeadLetter undecodable(ConsumerRecord<byte[], byte[]> record, String message) {
        return new DeadLetter(STAGE, record, Optional.empty(), RejectionReason.UNDECODABLE_RECORD, message);
    }
}

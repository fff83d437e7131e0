package io.mdpo.ingest.pairing;

import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Makes the pairs of matched thumbs where their images lie, and lets an interaction go when its last thumb has ended. */
final class Assembling implements Consumer<Record<Bytes, Decision>> {
    private final Lives lives;
    private final Results results;

    Assembling(PairingConfig config, PairingMetrics metrics, ProcessorContext<Bytes, Output> context) {
        this.lives = new Lives(Schedule.of(config), context);
        this.results = new Results(context, metrics);
    }

    @Override
    public void accept(Record<Bytes, Decision> record) {
        if (record.value() instanceof Decision.Paired paired) {
            results.paired(paired.draft(), lives.interaction(record.key()));
        } else if (record.value() instanceof Decision.Ended ended) {
            results.ended(record.key(), ended.ending(), ended.at());
            var life = lives.get(record.key());
            lives.put(record.key(), life.withPending(life.pending() - 1));
            if (life.pending() == 1) {
                lives.release(record.key());
            }
        }
    }
}

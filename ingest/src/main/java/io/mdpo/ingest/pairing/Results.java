package io.mdpo.ingest.pairing;

import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.Interaction;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Hands on what was decided, and counts it. */
final class Results {
    private final ProcessorContext<Bytes, Output> context;
    private final PairingMetrics metrics;

    Results(ProcessorContext<Bytes, Output> context, PairingMetrics metrics) {
        this.context = context;
        this.metrics = metrics;
    }

    /** @param at when it was decided, in the time of the records */
    void ended(Bytes interactionId, Ending ending, long at) {
        var outcome = new FeedbackOutcome(
                ending.feedbackId(),
                Keys.text(interactionId),
                ending.reason().name(),
                ending.message(),
                ending.pairs(),
                Instant.ofEpochMilli(at));
        metrics.ended(ending.reason());
        context.forward(
                new Record<>(Keys.utf8(ending.feedbackId()), new Output.Outcome(outcome), at, new RecordHeaders()));
    }

    void paired(Draft draft, Interaction interaction) {
        metrics.paired(draft.rule());
        context.forward(new Record<>(
                Keys.utf8(draft.pairId()),
                new Output.Pair(draft.pair(interaction)),
                draft.timestamp(),
                TraceHeaders.toKafka(draft.headers())));
    }
}

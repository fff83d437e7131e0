package io.mdpo.ingest;

import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Second stage, by content: of the pairs that teach the same, whatever their ids, lets the first one through. Here too the held-out share goes its own way. */
final class ContentProcessor extends ContextualProcessor<Bytes, Bytes, Bytes, Verdict<PreferencePair>> {
    static final String STORE = "contents";

    private final IngestConfig config;
    private final IngestMetrics metrics;
    private final HeldOutShare heldOut;
    private final AvroSerde<PreferencePair> serde = AvroSerde.of(PreferencePair.class);

    ContentProcessor(IngestConfig config, IngestMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.heldOut = new HeldOutShare(config.heldoutShare(), config.heldoutSalt());
    }

    @Override
    public void process(Record<Bytes, Bytes> record) {
        var contents = new Deduplicator(context().getStateStore(STORE), config.dedupWindow());
        var candidate = Candidate.read(record, serde);
        var pairId = candidate.pair().getPairId();
        var first = contents.claimedBy(record.key(), context().currentStreamTimeMs());
        if (first.isPresent()) {
            metrics.rejected(RejectionReason.DUPLICATE_CONTENT);
            var message = "images, prompt and answers are those of pair '%s'".formatted(first.get());
            var rejection = new Rejection(RejectionReason.DUPLICATE_CONTENT, message);
            context().forward(DeadLetters.write(candidate.source(), Optional.of(pairId), rejection));
            return;
        }
        contents.claim(record.key(), pairId, context().currentStreamTimeMs());
        context()
                .forward(new Record<>(
                        candidate.source().key().orElseThrow(),
                        side(candidate.pair()),
                        record.timestamp(),
                        candidate.source().headers()));
    }

    /** Whatever screening found under another configuration: only what is learned as a whole goes to the learner. */
    private Verdict<PreferencePair> side(PreferencePair pair) {
        if (heldOut.of(pair) == HeldOutShare.Side.LEARNED) {
            metrics.accepted();
            return new Verdict.Passed<>(pair);
        }
        metrics.heldOut();
        return new Verdict.HeldOut<>(pair);
    }
}

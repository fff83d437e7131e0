package io.mdpo.ingest;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.ingest.outcome.Rejection;
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
    private final PairDecoder decoder;

    ContentProcessor(IngestConfig config, PairDecoder decoder, IngestMetrics metrics) {
        this.decoder = decoder;
        this.config = config;
        this.metrics = metrics;
        this.heldOut = new HeldOutShare(config.heldoutShare(), config.heldoutSalt());
    }

    @Override
    public void process(Record<Bytes, Bytes> record) {
        var source = Candidate.source(record);
        var pair = Candidate.pair(record, decoder);
        if (pair instanceof Outcome.Refused<PreferencePair> refused) {
            refuse(source, Optional.empty(), refused.rejection());
            return;
        }
        pass(record, source, pair.toOptional().orElseThrow());
    }

    private void pass(Record<Bytes, Bytes> record, SourceRecord source, PreferencePair pair) {
        var contents = new Deduplicator(context().getStateStore(STORE), config.dedupWindow());
        var pairId = pair.getPairId();
        var first = contents.claimedBy(record.key(), context().currentStreamTimeMs());
        if (first.isPresent()) {
            var message = "images, prompt and answers are those of pair '%s'".formatted(first.get());
            refuse(source, Optional.of(pairId), new Rejection(RejectionReason.DUPLICATE_CONTENT, message));
            return;
        }
        contents.claim(record.key(), pairId, context().currentStreamTimeMs());
        context().forward(new Record<>(HeaderFields.utf8(pairId), side(pair), record.timestamp(), source.headers()));
    }

    private void refuse(SourceRecord source, Optional<String> pairId, Rejection rejection) {
        metrics.rejected(rejection.reason());
        context().forward(DeadLetters.write(source, pairId, rejection));
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

package io.mdpo.ingest;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.gate.Gates;
import io.mdpo.ingest.gate.Subject;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Second stage, by content: of the pairs that teach the same, whatever their ids, lets the first one through, and the gates
 * look at it. Here too the held-out share goes its own way.
 */
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
        var content = Sha256.ofContent(pair);
        var pairId = pair.getPairId();
        var first = contents.claimedBy(content, context().currentStreamTimeMs());
        if (first.isPresent()) {
            var message = "images, prompt and answers are those of pair '%s'".formatted(first.get());
            refuse(source, Optional.of(pairId), new Rejection(RejectionReason.DUPLICATE_CONTENT, message));
            return;
        }
        contents.claim(content, pairId, context().currentStreamTimeMs());
        var verdict = judge(Candidate.subject(record, pair), source);
        context().forward(new Record<>(HeaderFields.utf8(pairId), verdict, record.timestamp(), source.headers()));
    }

    private void refuse(SourceRecord source, Optional<String> pairId, Rejection rejection) {
        metrics.rejected(rejection.reason());
        context().forward(DeadLetters.write(source, pairId, rejection));
    }

    private Verdict<PreferencePair> judge(Subject subject, SourceRecord source) {
        var pair = subject.pair();
        // Whatever screening found under another configuration: only what is learned as a whole goes to the learner.
        boolean learned = heldOut.of(pair) == HeldOutShare.Side.LEARNED;
        var gates = new Gates(config.gates(), metrics.gates(), context());
        var finding = gates.inspect(subject, context().currentStreamTimeMs());
        if (finding.isPresent()) {
            metrics.gates().quarantined(finding.get().gate());
            var destination = learned ? Topic.PAIRS : Topic.HELDOUT_PAIRS;
            return new Verdict.Quarantined<>(finding.get().quarantine(pair, destination, source.timestamp()));
        }
        if (learned) {
            metrics.accepted();
            return new Verdict.Passed<>(pair);
        }
        metrics.heldOut();
        return new Verdict.HeldOut<>(pair);
    }

    /** Another instance may have the partition next. */
    @Override
    public void close() {
        metrics.gates().forget(context().taskId());
    }
}

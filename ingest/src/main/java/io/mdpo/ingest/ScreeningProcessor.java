package io.mdpo.ingest;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * First stage, by pair id: decodes, checks and claims the id. An id is claimed only by a pair that passes, so that a
 * repaired pair can be sent again under its id; whether it is taken is asked before the image is decoded, so that a
 * producer that sends everything twice costs little.
 */
final class ScreeningProcessor extends ContextualProcessor<Bytes, Bytes, Bytes, Verdict<Bytes>> {
    static final String STORE = "pair-ids";

    private final IngestConfig config;
    private final IngestMetrics metrics;
    private final AvroSerde<PreferencePair> serde = AvroSerde.of(PreferencePair.class);
    private final Screening screening;

    ScreeningProcessor(IngestConfig config, ImageReferences references, IngestMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.screening = new Screening(config, references, serde);
    }

    @Override
    public void process(Record<Bytes, Bytes> record) {
        var ids = new Deduplicator(context().getStateStore(STORE), config.dedupWindow());
        var source = source(record);
        var decoded = screening.decode(source);
        var checked = decoded.then(pair -> screening.identify(source, pair))
                .then(pair -> unclaimed(pair, source, ids))
                .then(pair -> screening.check(source, pair));
        if (checked instanceof Outcome.Refused<PreferencePair> refused) {
            var pairId = decoded.toOptional().map(PreferencePair::getPairId);
            metrics.rejected(refused.rejection().reason());
            context().forward(DeadLetters.write(source, pairId, refused.rejection()));
            return;
        }
        ids.claim(source.key().orElseThrow(), source.position(), context().currentStreamTimeMs());
        var candidate = Candidate.write(
                source, decoded.toOptional().orElseThrow(), checked.toOptional().orElseThrow(), serde);
        context().forward(candidate.withValue(new Verdict.Passed<>(candidate.value())));
    }

    private Outcome<PreferencePair> unclaimed(PreferencePair pair, SourceRecord source, Deduplicator ids) {
        return ids.claimedBy(source.key().orElseThrow(), context().currentStreamTimeMs())
                .map(first -> Outcome.<PreferencePair>refused(
                        RejectionReason.DUPLICATE_PAIR_ID, "a pair with this id is in %s already".formatted(first)))
                .orElseGet(() -> Outcome.accepted(pair));
    }

    private SourceRecord source(Record<Bytes, Bytes> record) {
        var position = context().recordMetadata().orElseThrow();
        return new SourceRecord(
                position.topic(),
                position.partition(),
                position.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                Optional.ofNullable(record.key()),
                Optional.ofNullable(record.value()),
                HeaderFields.withoutOurs(record.headers()));
    }
}

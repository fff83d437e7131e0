package io.mdpo.ingest;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.image.ImageReferences;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.FailuresInARow;
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
    private final FailuresInARow failures;

    ScreeningProcessor(IngestConfig config, ImageReferences references, PairDecoder decoder, IngestMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.screening = new Screening(config, references, decoder);
        this.failures = new FailuresInARow(config.maxFailuresInARow());
    }

    @Override
    public void process(Record<Bytes, Bytes> record) {
        var ids = new Deduplicator(context().getStateStore(STORE), config.dedupWindow());
        var source = source(record);
        // Guarded step by step: what the store throws is not the pair's fault.
        var decoded = Outcome.guarded(() -> screening.decode(source));
        var candidate = decoded.then(pair -> Outcome.guarded(() -> screening.identify(source, pair)))
                .then(pair -> unclaimed(pair, ids))
                .then(pair -> Outcome.guarded(() -> screening
                        .check(source, pair)
                        .then(checked -> Outcome.accepted(Candidate.write(source, pair, checked, serde)))));
        if (candidate instanceof Outcome.Accepted<Record<Bytes, Bytes>> accepted) {
            failures.count(Optional.empty(), "");
            ids.claim(
                    HeaderFields.utf8(decoded.toOptional().orElseThrow().getPairId()),
                    source.position(),
                    context().currentStreamTimeMs());
            context()
                    .forward(accepted.value()
                            .withValue(new Verdict.Passed<>(accepted.value().value())));
        } else if (candidate instanceof Outcome.Refused<Record<Bytes, Bytes>> refused) {
            refuse(source, decoded.toOptional().map(PreferencePair::getPairId), refused.rejection());
        }
    }

    private void refuse(SourceRecord source, Optional<String> pairId, Rejection rejection) {
        failures.count(Optional.of(rejection.reason()), rejection.message());
        metrics.rejected(rejection.reason());
        context().forward(DeadLetters.write(source, pairId, rejection));
    }

    private Outcome<PreferencePair> unclaimed(PreferencePair pair, Deduplicator ids) {
        return ids.claimedBy(HeaderFields.utf8(pair.getPairId()), context().currentStreamTimeMs())
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

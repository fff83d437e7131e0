package io.mdpo.scorer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.gate.Gate;
import io.mdpo.gate.GateAction;
import io.mdpo.gate.GateMetrics;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.gate.DisagreementConfig;
import io.mdpo.scorer.gate.DisagreementGate;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ScoringBatchTest {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);

    private static final DisagreementGate NO_GATE = new DisagreementGate(
            DisagreementConfig.defaults().withAction(GateAction.OFF),
            new GateMetrics(new SimpleMeterRegistry(), Gate.DISAGREEMENT));

    /** Too large a record would fail the transaction, and every one after it. */
    @Test
    void aPairThatDoesNotFitIntoARecordWithItsLogProbsIsRefused() {
        var result = result(Topic.MAX_RECORD_BYTES - (70 << 10), 10_000);

        assertThat(result).isInstanceOfSatisfying(ScoringBatch.Result.Rejected.class, rejected -> assertThat(
                        rejected.letter().reason())
                .isEqualTo(RejectionReason.RECORD_TOO_LARGE));
        assertThat(result.toRecord("mdpo").topic()).isEqualTo("mdpo.rejected-pairs");
    }

    @Test
    void aPairThatFitsIsScored() {
        assertThat(result(Topic.MAX_RECORD_BYTES - (200 << 10), 10_000)
                        .toRecord("mdpo")
                        .topic())
                .isEqualTo("mdpo.scored-pairs");
    }

    @Test
    void aHeldOutPairIsScoredAndKeptFromTheLearner() {
        assertThat(result("mdpo.heldout-pairs", 1 << 10, 10).toRecord("mdpo").topic())
                .isEqualTo("mdpo.scored-heldout-pairs");
    }

    private static ScoringBatch.Result result(int imageBytes, int tokens) {
        return result("mdpo.pairs", imageBytes, tokens);
    }

    private static ScoringBatch.Result result(String topic, int imageBytes, int tokens) {
        var pair = new PreferencePair(
                "p",
                List.of(ByteBuffer.wrap(new byte[imageBytes])),
                Prompts.user("What?"),
                "a",
                "b",
                "",
                Instant.EPOCH,
                List.of(),
                PairKind.PAIR.text(),
                null);
        var values = Collections.nCopies(tokens, -1f);
        var scored = new ScoredPair(
                pair,
                List.of(new Corruption(0, "crop", 0L, 0, 0, 1, 1, 0.0)),
                new LogProbs(values, values, values),
                new Reference("r", null));
        var batch = new ScoringBatch(List.of(new ConsumerRecord<>(topic, 0, 0, new byte[] {'p'}, PAIR.encode(pair))));
        return batch.results(List.of(new Outcome.Scored(scored)), NO_GATE).get(0);
    }
}

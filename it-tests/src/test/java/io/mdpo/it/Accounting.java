package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.learner.service.LearnerStatus;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.RejectedPair;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where everything has gone that entered a pipeline: what was learned, held out, rejected, what is in quarantine and what waits
 * for a full batch make up what entered. The balance is struck for the whole and for each service, once they are at rest.
 */
record Accounting(
        Stage ingest,
        Stage scorer,
        Stage learner,
        long heldOut,
        long quarantined,
        long waiting,
        long past,
        long dropped) {
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final AvroSerde<QuarantinedPair> QUARANTINED = AvroSerde.of(QuarantinedPair.class);

    /** What one service took from its topic, handed on, rejected, and held back since the beginning. */
    record Stage(String name, long entered, long passed, long rejected, long heldBack) {
        private void assertBalanced() {
            assertThat(passed + rejected + heldBack).as("%s: %s", name, this).isEqualTo(entered);
        }
    }

    static Accounting of(KafkaFixture fixture, LearnerStatus learner) {
        return of(fixture, learner, 0);
    }

    /**
     * Reads the topics; the letters of the learner that no checkpoint has published yet are known to its status alone.
     *
     * @param past records that entered past ingest, in the topic of pairs
     */
    static Accounting of(KafkaFixture fixture, LearnerStatus learner, long past) {
        var letters = letters(fixture);
        long pairs = fixture.read(Topic.PAIRS).size();
        long heldOut = fixture.read(Topic.HELDOUT_PAIRS).size();
        long scored = fixture.read(Topic.SCORED_PAIRS).size();
        long scoredHeldOut = fixture.read(Topic.SCORED_HELDOUT_PAIRS).size();
        var quarantine = fixture.read(Topic.QUARANTINED_PAIRS);
        long byScorer = heldBackByScorer(quarantine);
        long released = tombstones(quarantine) - of("quarantine", letters);
        return new Accounting(
                new Stage(
                        "ingest",
                        fixture.read(Topic.RAW_PAIRS).size(),
                        pairs + heldOut - past - released,
                        of("ingest", letters),
                        heldBack(quarantine) - byScorer),
                new Stage("scorer", pairs + heldOut, scored + scoredHeldOut, of("scorer", letters), byScorer),
                new Stage("learner", scored, learner.pairsLearned() + learner.waiting(), learner.pairsRejected(), 0),
                scoredHeldOut,
                heldBack(quarantine) - tombstones(quarantine),
                learner.waiting(),
                past,
                of("quarantine", letters));
    }

    private static long tombstones(List<ConsumerRecord<byte[], byte[]>> quarantine) {
        return quarantine.stream().filter(record -> record.value() == null).count();
    }

    private static long heldBack(List<ConsumerRecord<byte[], byte[]>> quarantine) {
        return quarantine.size() - tombstones(quarantine);
    }

    private static long heldBackByScorer(List<ConsumerRecord<byte[], byte[]>> quarantine) {
        return quarantine.stream()
                .filter(record -> record.value() != null)
                .filter(record -> QUARANTINED.decode(record.value()).getGate().equals("disagreement"))
                .count();
    }

    /** Every dead letter; fails if one record has two. */
    static List<RejectedPair> letters(KafkaFixture fixture) {
        var letters = fixture.read(Topic.REJECTED_PAIRS).stream()
                .map(record -> REJECTED.decode(record.value()))
                .toList();
        var sources = new HashSet<List<Object>>();
        assertThat(letters).allSatisfy(letter -> assertThat(
                        sources.add(List.of(letter.getTopic(), letter.getPartition(), letter.getOffset())))
                .as("the only letter of %s-%d at %d", letter.getTopic(), letter.getPartition(), letter.getOffset())
                .isTrue());
        return letters;
    }

    static long of(String stage, List<RejectedPair> letters) {
        return letters.stream()
                .filter(letter -> letter.getStage().equals(stage))
                .count();
    }

    long learned() {
        return learner.passed() - waiting;
    }

    long rejected() {
        return ingest.rejected() + scorer.rejected() + learner.rejected() + dropped;
    }

    /** Fails if a record was lost, or counted twice. */
    Accounting assertBalanced() {
        Stream.of(ingest, scorer, learner).forEach(Stage::assertBalanced);
        assertThat(learned() + heldOut + rejected() + quarantined + waiting)
                .as(toString())
                .isEqualTo(ingest.entered() + past);
        return this;
    }
}

package io.mdpo.scorer.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.gate.Gate;
import io.mdpo.gate.GateAction;
import io.mdpo.gate.GateMetrics;
import io.mdpo.gate.Source;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DisagreementGateTest {
    private static final TopicPartition PARTITION = new TopicPartition("mdpo.pairs", 0);
    private static final DisagreementConfig CONFIG = new DisagreementConfig(GateAction.QUARANTINE, 0.5, 0.2, 50, 1_000);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GateMetrics metrics = new GateMetrics(registry, Gate.DISAGREEMENT);

    @Test
    void meansATokenAreComparedAndTheMarginIsNotEnough() {
        assertThat(LabelOrder.of(logProbs(List.of(-1f, -1f, -1f), List.of(-2f)), 0.5))
                .contains(LabelOrder.AGREES);
        assertThat(LabelOrder.of(logProbs(List.of(-2f, -2f), List.of(-1f)), 0.5))
                .contains(LabelOrder.DISAGREES);
        assertThat(LabelOrder.of(logProbs(List.of(-1.5f), List.of(-1f)), 0.5)).contains(LabelOrder.UNDECIDED);
        assertThat(LabelOrder.of(logProbs(List.of(-1f), List.of()), 0.5)).isEmpty();
        assertThat(LabelOrder.of(logProbs(List.of(), List.of(-1f)), 0.5)).isEmpty();
    }

    @Test
    void underAlarmEveryPairOfTheSourceIsHeldBackAndNoneOfAnother() {
        var gate = new DisagreementGate(CONFIG, metrics);
        feed(gate, "a", 60, true);
        feed(gate, "b", 60, true);
        feed(gate, "a", 20, false);

        assertThat(gate.inspect(PARTITION, scored("a", true))).hasValueSatisfying(finding -> {
            assertThat(finding.gate()).isEqualTo(Gate.DISAGREEMENT);
            assertThat(finding.message()).contains("source a").contains("20 %");
        });
        assertThat(gate.inspect(PARTITION, scored("b", true))).isEmpty();
        assertThat(registry.get("mdpo.gate.alarm").tag("source", "a").gauge().value())
                .isEqualTo(1);
        assertThat(registry.get("mdpo.gate.alarm").tag("source", "b").gauge().value())
                .isZero();
        assertThat(registry.get("mdpo.gate.findings").counter().count()).isPositive();
    }

    @Test
    void aGateThatWatchesRaisesItsAlarmAndHoldsNothingBack() {
        var gate = new DisagreementGate(CONFIG.withAction(GateAction.WATCH), metrics);
        feed(gate, "a", 60, true);

        assertThat(feed(gate, "a", 40, false)).isZero();
        assertThat(registry.get("mdpo.gate.alarm").gauge().value()).isEqualTo(1);
        gate.forget(PARTITION);
        assertThat(registry.get("mdpo.gate.alarm").gauge().value()).isZero();
    }

    @Test
    void aGateThatIsOffKeepsNothing() {
        var gate = new DisagreementGate(CONFIG.withAction(GateAction.OFF), metrics);

        assertThat(feed(gate, "a", 60, true) + feed(gate, "a", 100, false)).isZero();
        var next = new OffsetAndMetadata(7);
        assertThat(gate.withState(PARTITION, next)).isEqualTo(next);
    }

    @Test
    void aGateThatIsTakenUpAtACommittedOffsetGoesOnAsIfNothingHadHappened() {
        var whole = new DisagreementGate(CONFIG, metrics);
        var committed = new OffsetAndMetadata(0);
        for (int i = 0; i < 300; i++) {
            var next = new DisagreementGate(CONFIG, new GateMetrics(new SimpleMeterRegistry(), Gate.DISAGREEMENT));
            next.restore(PARTITION, committed);
            var scored = scored("s" + i % 3, i < 180 || i % 3 != 0);

            assertThat(next.inspect(PARTITION, scored)).isEqualTo(whole.inspect(PARTITION, scored));
            committed = next.withState(PARTITION, new OffsetAndMetadata(i + 1));
        }
        assertThat(whole.inspect(PARTITION, scored("s0", true))).isPresent();
    }

    @Test
    void whatIsKnownOfAnyNumberOfSourcesFitsBesideAnOffset() {
        var gate = new DisagreementGate(CONFIG.withBaseline(Integer.MAX_VALUE), metrics);
        var sources = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            sources.add("%02d/%s".formatted(i, "x".repeat(37)));
            sources.add("Stra\u00dfe " + i);
        }
        for (int i = 0; i < 50; i++) {
            sources.forEach(source -> gate.inspect(PARTITION, scored(source, true)));
        }

        var text = gate.withState(PARTITION, new OffsetAndMetadata(1)).metadata();

        assertThat(text.getBytes(UTF_8)).hasSizeLessThan(4_096);
        assertThat(text.split(" ")).hasSize(1 + Source.MOST + 1).anyMatch(entry -> entry.startsWith("other:"));
    }

    @Test
    void textOfSomebodyElseBesideAnOffsetIsNoState() {
        var gate = new DisagreementGate(CONFIG, metrics);

        gate.restore(PARTITION, new OffsetAndMetadata(1, "something"));

        assertThat(gate.withState(PARTITION, new OffsetAndMetadata(2)).metadata())
                .isEqualTo("disagreement1");
    }

    /** How many are held back. */
    private static int feed(DisagreementGate gate, String source, int pairs, boolean agree) {
        int held = 0;
        for (int i = 0; i < pairs; i++) {
            held += gate.inspect(PARTITION, scored(source, agree)).isPresent() ? 1 : 0;
        }
        return held;
    }

    private static ScoredPair scored(String source, boolean agree) {
        var pair = new PreferencePair(
                "pair",
                List.of(),
                Prompts.user("What?"),
                "a",
                "b",
                source,
                Instant.EPOCH,
                List.of(),
                PairKind.PAIR.text(),
                null);
        var logProbs = agree ? logProbs(List.of(-1f), List.of(-2f)) : logProbs(List.of(-2f), List.of(-1f));
        return new ScoredPair(pair, List.of(), logProbs, new Reference("r", null));
    }

    private static LogProbs logProbs(List<Float> chosen, List<Float> rejected) {
        return new LogProbs(chosen, rejected, List.of());
    }
}

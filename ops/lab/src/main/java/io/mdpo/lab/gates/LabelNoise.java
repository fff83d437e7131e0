package io.mdpo.lab.gates;

import io.mdpo.gate.Gate;
import io.mdpo.gate.GateAction;
import io.mdpo.gate.GateMetrics;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.gate.DisagreementConfig;
import io.mdpo.scorer.gate.DisagreementGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;

/**
 * A stream of which a share of the labels is reversed from some pair on, and when the gate says so.
 *
 * @param differences of each pair, how much more likely the reference finds the chosen answer, in nats a token
 * @param config of the gate, whatever its action
 */
record LabelNoise(List<Double> differences, DisagreementConfig config) {
    private static final TopicPartition PARTITION = new TopicPartition("pairs", 0);

    LabelNoise {
        differences = List.copyOf(differences);
        config = config.withAction(GateAction.QUARANTINE);
    }

    /**
     * The first pair of the alarm, counted from 0, if there is one.
     *
     * @param seed decides the order of the pairs and which of them are reversed
     * @param from no pair before this one is reversed
     * @param share of the labels that are reversed from there on
     */
    OptionalInt alarm(long seed, int from, double share) {
        var random = new Random(seed);
        var stream = new ArrayList<>(differences);
        Collections.shuffle(stream, random);
        var gate = new DisagreementGate(config, new GateMetrics(new SimpleMeterRegistry(), Gate.DISAGREEMENT));
        for (int i = 0; i < stream.size(); i++) {
            boolean reversed = i >= from && random.nextDouble() < share;
            if (gate.inspect(PARTITION, scored(reversed ? -stream.get(i) : stream.get(i)))
                    .isPresent()) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** One token an answer. */
    private static ScoredPair scored(double difference) {
        var pair = new PreferencePair(
                "pair",
                List.of(),
                Prompts.user("Describe the picture."),
                "a",
                "b",
                "scenes",
                Instant.EPOCH,
                List.of(),
                PairKind.PAIR.text(),
                null);
        var logProbs = new LogProbs(List.of((float) difference), List.of(0f), List.of());
        return new ScoredPair(pair, List.of(), logProbs, new Reference("reference", null));
    }
}

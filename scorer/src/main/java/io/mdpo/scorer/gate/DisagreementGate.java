package io.mdpo.scorer.gate;

import io.mdpo.gate.Finding;
import io.mdpo.gate.Gate;
import io.mdpo.gate.GateAction;
import io.mdpo.gate.GateMetrics;
import io.mdpo.schemas.avro.ScoredPair;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether the labels of a source go against the reference model much more often than before, or than those of other
 * sources. What it knows of a partition is committed with the offset of that partition. Not thread-safe.
 */
public final class DisagreementGate {
    private final DisagreementConfig config;
    private final GateMetrics metrics;
    private final Map<TopicPartition, PartitionWatch> watches = new HashMap<>();

    public DisagreementGate(DisagreementConfig config, GateMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
    }

    /** Looks at the next pair of a partition. A finding says that it is to be held back, because its source is under alarm. */
    public Optional<Finding> inspect(TopicPartition partition, ScoredPair scored) {
        if (!config.action().isOn()) {
            return Optional.empty();
        }
        return LabelOrder.of(scored.getLogProbs(), config.margin()).flatMap(order -> {
            var watch = watches.computeIfAbsent(partition, absent -> new PartitionWatch(config));
            var account = watch.account(scored.getPair().getSource());
            var after = watch.observe(account, order);
            show(partition, account, after);
            if (after.alarm()) {
                metrics.found(Gate.DISAGREEMENT);
            }
            return after.alarm() && config.action() == GateAction.QUARANTINE
                    ? Optional.of(finding(account))
                    : Optional.empty();
        });
    }

    /** The partitions that have to be restored before their pairs are looked at. */
    public Set<TopicPartition> unknown(Collection<TopicPartition> partitions) {
        return config.action().isOn()
                ? partitions.stream()
                        .filter(partition -> !watches.containsKey(partition))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** Takes up a partition where its last committed offset left it; null where there is none. */
    public void restore(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        forget(partition);
        if (config.action().isOn()) {
            var watch = PartitionWatch.read(committed == null ? "" : committed.metadata(), config);
            watches.put(partition, watch);
            watch.sources().forEach((source, state) -> show(partition, source, state));
        }
    }

    /** Another instance has the partition now. */
    public void forget(TopicPartition partition) {
        watches.remove(partition);
        metrics.forget(partition);
    }

    /** The offset to commit, with what the gate knows by then. */
    public OffsetAndMetadata withState(TopicPartition partition, OffsetAndMetadata next) {
        var watch = watches.get(partition);
        return watch == null ? next : new OffsetAndMetadata(next.offset(), next.leaderEpoch(), watch.write());
    }

    private void show(TopicPartition partition, String source, SourceWatch state) {
        metrics.level(Gate.DISAGREEMENT, source, partition, state.level(config), state.alarm());
    }

    private Finding finding(String source) {
        return new Finding(
                Gate.DISAGREEMENT,
                ("labels of source %s go against the order of the reference model as if %.0f %% of them were reversed; "
                                + "all its pairs are concerned until they agree again")
                        .formatted(source, 100 * config.flippedShare()));
    }
}

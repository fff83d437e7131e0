package io.mdpo.ingest.gate;

import io.mdpo.gate.Finding;
import io.mdpo.gate.GateAction;
import io.mdpo.gate.GateMetrics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.StoreBuilder;

/** The gates of one partition. Each sees every pair, also one that another objects to. */
public final class Gates {
    private final GatesConfig config;
    private final GateMetrics metrics;
    private final Contradictions contradictions;
    private final LengthBias lengthBias;
    private final NearDuplicates nearDuplicates;

    /**
     * @param metrics know the gates by the task of the context; forget it when the processor is closed
     * @param context of a processor that is connected to {@link #stores}
     */
    public Gates(GatesConfig config, GateMetrics metrics, ProcessingContext context) {
        this.config = config;
        this.metrics = metrics;
        var owner = context.taskId();
        var shares = new Shares(context.getStateStore(Shares.STORE));
        contradictions = new Contradictions(context.getStateStore(Contradictions.STORE), config.contradictions());
        lengthBias = new LengthBias(shares, config.lengthBias(), metrics, owner);
        nearDuplicates = new NearDuplicates(
                context.getStateStore(NearDuplicates.STORE), shares, config.nearDuplicates(), metrics, owner);
    }

    /** What the gates remember. They are there also while a gate is off, so that a topology has the same stores. */
    public static Set<StoreBuilder<?>> stores(GatesConfig config) {
        return Set.of(Contradictions.store(config.contradictions()), Shares.store(), NearDuplicates.store());
    }

    /**
     * Looks at the next pair.
     *
     * @param streamTime of the partition, in milliseconds
     * @return why it is to be held back, if it is
     */
    public Optional<Finding> inspect(Subject subject, long streamTime) {
        return List.of(
                        of(config.contradictions().action(), () -> contradictions.inspect(subject, streamTime)),
                        of(config.lengthBias().action(), () -> lengthBias.inspect(subject.pair())),
                        of(config.nearDuplicates().action(), () -> nearDuplicates.inspect(subject)))
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    private interface Look {
        Optional<Finding> take();
    }

    /** A finding counts whatever the gate does; only one that quarantines hands it on. */
    private Optional<Finding> of(GateAction action, Look look) {
        var finding = action.isOn() ? look.take() : Optional.<Finding>empty();
        finding.ifPresent(found -> metrics.found(found.gate()));
        return finding.filter(found -> action == GateAction.QUARANTINE);
    }
}

package io.mdpo.gate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counters and gauges of the gates of a service. Thread-safe. */
public final class GateMetrics {
    private static final Logger log = LoggerFactory.getLogger(GateMetrics.class);

    private final MeterRegistry registry;
    private final Map<Gate, Counter> findings = new EnumMap<>(Gate.class);
    private final Map<Gate, Counter> quarantined = new EnumMap<>(Gate.class);
    private final Map<Account, Map<Object, Level>> levels = new ConcurrentHashMap<>();

    /** @param gates those of the service: their counters begin at zero */
    public GateMetrics(MeterRegistry registry, Gate... gates) {
        this.registry = registry;
        for (var gate : gates) {
            findings.put(gate, counter("mdpo.gate.findings", "Pairs that a gate objects to, held back or not", gate));
            quarantined.put(gate, counter("mdpo.gate.quarantined", "Pairs that a gate held back", gate));
        }
    }

    /** A gate objects to a pair. */
    public void found(Gate gate) {
        Objects.requireNonNull(findings.get(gate)).increment();
    }

    /** A pair went to quarantine. */
    public void quarantined(Gate gate) {
        Objects.requireNonNull(quarantined.get(gate)).increment();
    }

    /**
     * How near a gate is to an alarm about a source.
     *
     * @param owner what keeps this account, such as a partition: the gauges show the worst of all owners
     * @param level 1 raises the alarm
     */
    public void level(Gate gate, String source, Object owner, double level, boolean alarm) {
        var account = levels.computeIfAbsent(new Account(gate, source), this::register);
        var before = account.put(owner, new Level(level, alarm));
        if (alarm != (before != null && before.alarm)) {
            log.atWarn()
                    .addKeyValue("gate", gate.text())
                    .addKeyValue("source", source)
                    .addKeyValue("of", owner)
                    .log(alarm ? "gate raises its alarm" : "gate's alarm is over");
        }
    }

    /** The owner keeps its accounts no longer, or somebody else does. */
    public void forget(Object owner) {
        levels.values().forEach(account -> account.remove(owner));
    }

    private Map<Object, Level> register(Account account) {
        var owners = new ConcurrentHashMap<Object, Level>();
        gauge("mdpo.gate.level", "How near a gate is to its alarm, which is 1", account, owners, Level::value);
        gauge("mdpo.gate.alarm", "1 while a gate's alarm lasts", account, owners, level -> level.alarm ? 1 : 0);
        return owners;
    }

    private void gauge(
            String name, String text, Account account, Map<Object, Level> owners, ToDoubleFunction<Level> value) {
        Gauge.builder(
                        name,
                        owners,
                        all -> all.values().stream().mapToDouble(value).max().orElse(0))
                .description(text)
                .tag("gate", account.gate.text())
                .tag("source", account.source)
                .strongReference(true)
                .register(registry);
    }

    private Counter counter(String name, String text, Gate gate) {
        return Counter.builder(name).description(text).tag("gate", gate.text()).register(registry);
    }

    private record Account(Gate gate, String source) {}

    private record Level(double value, boolean alarm) {}
}

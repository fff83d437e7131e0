package io.mdpo.scorer.gate;

import io.mdpo.gate.Source;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sources of one partition. It is written as a text beside the committed offset, so that it moves with the partition and
 * stands and falls with the transaction; a broker takes 4096 bytes there, and {@link Source} bounds names and number.
 */
final class PartitionWatch {
    private static final String VERSION = "disagreement1";

    private final DisagreementConfig config;
    private final Map<String, SourceWatch> sources = new TreeMap<>();

    PartitionWatch(DisagreementConfig config) {
        this.config = config;
    }

    /** Reads what {@link #write} wrote; of anything else it makes an empty watch. */
    static PartitionWatch read(String text, DisagreementConfig config) {
        var watch = new PartitionWatch(config);
        var entries = text.split(" ", -1);
        if (!entries[0].equals(VERSION)) {
            return watch;
        }
        for (int i = 1; i < entries.length; i++) {
            var fields = entries[i].split(":", -1);
            watch.sources.put(
                    fields[0],
                    new SourceWatch(
                            new Baseline(number(fields[1]), number(fields[2]), number(fields[3])),
                            number(fields[4]),
                            fields[5].equals("!")));
        }
        return watch;
    }

    String write() {
        return sources.entrySet().stream()
                .map(entry -> {
                    var watch = entry.getValue();
                    var usual = watch.baseline();
                    return "%s:%d:%d:%d:%d:%s"
                            .formatted(
                                    entry.getKey(),
                                    usual.pairs(),
                                    usual.agreeing(),
                                    usual.disagreeing(),
                                    watch.evidence(),
                                    watch.alarm() ? "!" : "");
                })
                .collect(Collectors.joining(" ", VERSION + " ", ""))
                .strip();
    }

    /** The name under which a source has its account. */
    String account(String source) {
        var name = Source.name(source);
        return sources.containsKey(name) || sources.size() < Source.MOST ? name : Source.OTHER;
    }

    SourceWatch observe(String account, LabelOrder order) {
        var watch = sources.getOrDefault(account, SourceWatch.NEW).after(order, others(account), config);
        sources.put(account, watch);
        return watch;
    }

    Map<String, SourceWatch> sources() {
        return Map.copyOf(sources);
    }

    /** Together, those that have a baseline. */
    private Optional<Baseline> others(String account) {
        return sources.entrySet().stream()
                .filter(entry ->
                        !entry.getKey().equals(account) && entry.getValue().isComplete(config))
                .map(entry -> entry.getValue().baseline())
                .reduce(Baseline::plus);
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }
}

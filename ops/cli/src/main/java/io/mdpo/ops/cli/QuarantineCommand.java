package io.mdpo.ops.cli;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.BrokerLogin;
import io.mdpo.ops.broker.KafkaFaults;
import io.mdpo.ops.quarantine.HeldPair;
import io.mdpo.ops.quarantine.HeldPairFilter;
import io.mdpo.ops.quarantine.Quarantine;
import io.mdpo.ops.quarantine.Quarantine.Fate;
import io.mdpo.ops.rejected.DeadLetterPage;
import io.mdpo.ops.rejected.Printable;
import java.io.PrintWriter;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "quarantine",
        mixinStandardHelpOptions = true,
        description = "Lists and shows what the gates hold back, and releases or drops it.")
final class QuarantineCommand {
    private static final String ROW = "%-24s  %-16s  %-13s  %-20s  %-24s  %s%n";

    @Spec
    private CommandSpec spec;

    /** Which pairs a command is about. */
    static final class Choice {
        @Option(names = "--gate", paramLabel = "GATE", description = "Held back by this gate; can be repeated.")
        private Set<String> gates = Set.of();

        @Option(names = "--source", paramLabel = "NAME", description = "Of this source; can be repeated.")
        private Set<String> sources = Set.of();

        HeldPairFilter filter(@Nullable Set<String> ids) {
            return new HeldPairFilter(ids == null ? Set.of() : ids, gates, sources);
        }
    }

    /** What is common to the two ways out. */
    static final class Way {
        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Mixin
        private Choice choice = new Choice();

        @Parameters(paramLabel = "PAIR_ID", arity = "0..*", description = "Ids of pairs.")
        private @Nullable Set<String> ids;

        @Option(names = "--all", description = "Every pair, if neither id nor filter is given.")
        private boolean all;

        @Option(names = "--dry-run", description = "Only says what would be done.")
        private boolean dryRun;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "10000",
                description = "At most so many, from the oldest on (${DEFAULT-VALUE}).")
        private int limit;
    }

    @Command(mixinStandardHelpOptions = true, description = "Lists what is in quarantine, or counts it.")
    void list(
            @Mixin ConfigOptions options,
            @Mixin Choice choice,
            @Option(names = "--count", description = "Counts by gate and source.") boolean count) {
        var counts = new TreeMap<String, Long>();
        if (!count) {
            out().printf(ROW, "TIME", "GATE", "DESTINATION", "SOURCE", "PAIR", "MESSAGE");
        }
        on(options, quarantine -> {
            quarantine.read(choice.filter(null), pair -> {
                var held = pair.held();
                var source = Printable.text(held.getPair().getSource());
                counts.merge("%-16s  %-20s".formatted(held.getGate(), source), 1L, Long::sum);
                if (!count) {
                    out().printf(
                                    ROW,
                                    held.getQuarantinedAt(),
                                    Printable.text(held.getGate()),
                                    Printable.text(held.getDestination()),
                                    source,
                                    Printable.text(pair.id()),
                                    Printable.text(held.getMessage()));
                }
            });
            return counts;
        });
        if (count) {
            out().printf("%-16s  %-20s  %8s%n", "GATE", "SOURCE", "COUNT");
            counts.forEach((name, number) -> out().printf("%s  %8d%n", name, number));
        }
        out().flush();
    }

    @Command(mixinStandardHelpOptions = true, description = "Shows a pair with all its fields.")
    void show(@Mixin ConfigOptions options, @Parameters(paramLabel = "PAIR_ID") String id) {
        var found = new AtomicReference<@Nullable HeldPair>();
        on(options, quarantine -> {
            quarantine.read(new HeldPairFilter(Set.of(id), Set.of(), Set.of()), found::set);
            return found;
        });
        var pair = found.get();
        if (pair == null) {
            throw new OperatorException("pair '%s' is not in quarantine: list shows what is".formatted(id));
        }
        var page = new DeadLetterPage(out());
        page.line("time", pair.held().getQuarantinedAt());
        page.line("gate", pair.held().getGate());
        page.line("message", pair.held().getMessage());
        page.line("destination", pair.held().getDestination());
        page.print(pair.held().getPair());
        out().flush();
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Sends pairs to where they were going, in one transaction; the gates behind let them pass.")
    void release(@Mixin Way way) {
        settle("release", Fate.RELEASED, way);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Makes pairs dead letters with the reason DROPPED, in one transaction.")
    void drop(@Mixin Way way) {
        settle("drop", Fate.DROPPED, way);
    }

    private void settle(String command, Fate fate, Way way) {
        var line = spec.subcommands().get(command);
        if (way.limit < 1) {
            throw new ParameterException(line, "--limit is %d: it must be at least 1".formatted(way.limit));
        }
        var filter = way.choice.filter(way.ids);
        if (filter.isOpen() && !way.all) {
            throw new ParameterException(line, "Say which pairs: ids, a filter such as --gate, or --all");
        }
        var listener = listener(way.dryRun ? "would go" : "goes");
        var result = on(
                way.options,
                quarantine -> way.dryRun
                        ? quarantine.plan(filter, fate, way.limit, listener)
                        : quarantine.settle(filter, fate, way.limit, listener));
        var done = fate == Fate.RELEASED ? "released" : "dropped";
        out().printf(
                        "%d %s, %d left out%n",
                        result.settled(), way.dryRun ? "would be " + done : done, result.skipped());
        out().flush();
    }

    private Quarantine.Listener listener(String goes) {
        return new Quarantine.Listener() {
            @Override
            public void settled(HeldPair pair, String topic) {
                out().printf("%s  %s to %s%n", Printable.text(pair.id()), goes, topic);
            }

            @Override
            public void skipped(HeldPair pair, String why) {
                out().flush();
                spec.commandLine().getErr().printf("mdpo: %s left out: %s%n", Printable.text(pair.id()), why);
                spec.commandLine().getErr().flush();
            }
        };
    }

    private static <T> T on(ConfigOptions options, Function<Quarantine, T> work) {
        var config = options.load().section("topics", TopicsConfig.class);
        try {
            BrokerLogin.check(config.kafka());
            return work.apply(new Quarantine(config.topicPrefix(), config.kafka()));
        } catch (KafkaException e) {
            throw KafkaFaults.explain(e, config.kafka());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

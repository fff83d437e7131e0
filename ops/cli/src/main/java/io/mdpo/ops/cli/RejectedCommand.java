package io.mdpo.ops.cli;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.BrokerLogin;
import io.mdpo.ops.broker.KafkaFaults;
import io.mdpo.ops.rejected.DeadLetter;
import io.mdpo.ops.rejected.DeadLetterFilter;
import io.mdpo.ops.rejected.DeadLetterLog;
import io.mdpo.ops.rejected.DeadLetterPage;
import io.mdpo.ops.rejected.DeadLetterTable;
import io.mdpo.ops.rejected.Retry;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "rejected",
        mixinStandardHelpOptions = true,
        description = "Lists and shows what was refused, and sends it again.")
final class RejectedCommand {
    @Spec
    private CommandSpec spec;

    @Command(mixinStandardHelpOptions = true, description = "Lists the newest dead letters, or counts all by reason.")
    void list(
            @Mixin ConfigOptions options,
            @Mixin DeadLetterOptions letters,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "Shows at most so many (${DEFAULT-VALUE}).")
                    int limit,
            @Option(names = "--count", description = "Counts them by reason.") boolean count) {
        requirePositive(limit);
        var table = new DeadLetterTable(limit);
        long strangers = on(options, log -> log.read(letters.filter(Set.of()), table::add));
        if (count) {
            table.printCounts(out());
        } else {
            table.print(out());
        }
        out().flush();
        if (strangers > 0) {
            warn("%d records of the topic are no dead letters".formatted(strangers));
        }
    }

    @Command(mixinStandardHelpOptions = true, description = "Shows one dead letter with all its fields.")
    void show(
            @Mixin ConfigOptions options,
            @Parameters(paramLabel = "OFFSET", description = "Its offset in rejected-pairs, as list shows it.")
                    long offset) {
        var found = new AtomicBoolean();
        var unused = on(
                options,
                log -> log.read(DeadLetterFilter.of(Set.of(offset)), letter -> {
                    found.set(true);
                    new DeadLetterPage(out()).print(letter, log.decoder());
                }));
        if (!found.get()) {
            throw new OperatorException(
                    "there is no dead letter at offset %d: list shows those that are kept".formatted(offset));
        }
        out().flush();
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Sends the original records of dead letters again, in one transaction.",
                "What ingest refused goes to raw-pairs; what scorer or learner refused goes to pairs or heldout-pairs, "
                        + "where it came from, because ingest has claimed its id and content. A letter that was sent again before is left out, with a warning."
            })
    void retry(
            @Mixin ConfigOptions options,
            @Mixin DeadLetterOptions letters,
            @Parameters(paramLabel = "OFFSET", arity = "0..*", description = "Offsets in rejected-pairs.")
                    Set<Long> offsets,
            @Option(names = "--all", description = "Every letter, if neither offset nor filter is given.") boolean all,
            @Option(
                            names = "--new-ids",
                            description =
                                    "Gives each pair the id '<id>-retry-<offset>', and with it the right key: for "
                                            + "DUPLICATE_PAIR_ID and KEY_MISMATCH. A known content stays a duplicate until the "
                                            + "window has passed.")
                    boolean newIds,
            @Option(names = "--again", description = "Sends letters, too, that were sent again before.") boolean again,
            @Option(names = "--dry-run", description = "Only says what would be done.") boolean dryRun,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "10000",
                            description = "Sends at most so many, from the lowest offset on (${DEFAULT-VALUE}).")
                    int limit) {
        requirePositive(limit);
        var filter = letters.filter(offsets == null ? Set.of() : offsets);
        if (filter.isOpen() && !all) {
            throw new ParameterException(
                    spec.subcommands().get("retry"), "Say which letters: offsets, a filter such as --reason, or --all");
        }
        var result = on(options, log -> {
            var retry = new Retry(log, new Retry.Options(newIds, again, limit));
            return dryRun ? retry.plan(filter, report("would go")) : retry.run(filter, report("goes"));
        });
        out().printf(
                        "%d %s, %d left out%n",
                        result.sent(), dryRun ? "would be sent again" : "sent again", result.skipped());
        out().flush();
    }

    private Retry.Listener report(String goes) {
        return new Retry.Listener() {
            @Override
            public void sent(DeadLetter letter, String topic, String key) {
                out().printf("%8d  %s to %s, key %s%n", letter.offset(), goes, topic, key);
            }

            @Override
            public void skipped(DeadLetter letter, String why) {
                warn("offset %d left out: %s".formatted(letter.offset(), why));
            }
        };
    }

    private interface Work<T> {
        T on(DeadLetterLog log);
    }

    private static <T> T on(ConfigOptions options, Work<T> work) {
        var config = options.load().section("topics", TopicsConfig.class);
        try {
            BrokerLogin.check(config.kafka());
            return work.on(new DeadLetterLog(config.topicPrefix(), config.kafka()));
        } catch (KafkaException e) {
            throw KafkaFaults.explain(e, config.kafka());
        }
    }

    private void requirePositive(int limit) {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is %d: it must be at least 1".formatted(limit));
        }
    }

    private void warn(String sentence) {
        out().flush();
        spec.commandLine().getErr().println("mdpo: " + sentence);
        spec.commandLine().getErr().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

package io.mdpo.ops.cli;

import io.mdpo.ops.broker.BrokerLogin;
import io.mdpo.ops.broker.KafkaFaults;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.ops.broker.TopicStatus;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "Creates and shows the topics of the pipeline on any Kafka.")
final class TopicsCommand {
    @Spec
    private CommandSpec spec;

    @Command(mixinStandardHelpOptions = true, description = "Creates the topics that are missing.")
    void create(@Mixin ConfigOptions options) {
        on(options, TopicCatalogue::create, TopicsCommand::list);
    }

    @Command(mixinStandardHelpOptions = true, description = "Lists the topics and whether they exist.")
    void list(@Mixin ConfigOptions options) {
        on(options, TopicCatalogue::describe, TopicsCommand::list);
    }

    @Command(mixinStandardHelpOptions = true, description = "Shows key, value and settings of each topic.")
    void describe(@Mixin ConfigOptions options) {
        on(options, TopicCatalogue::describe, TopicsCommand::describe);
    }

    private interface Action {
        List<TopicStatus> on(TopicCatalogue catalogue);
    }

    private void on(ConfigOptions options, Action action, BiConsumer<PrintWriter, List<TopicStatus>> printer) {
        var config = options.load().section("topics", TopicsConfig.class);
        var out = spec.commandLine().getOut();
        BrokerLogin.check(config.kafka());
        try (var admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
            printer.accept(
                    out,
                    action.on(new TopicCatalogue(
                            admin, config.topicPrefix(), config.partitions(), config.replicationFactor())));
        } catch (KafkaException e) {
            throw KafkaFaults.explain(e, config.kafka());
        }
        out.flush();
    }

    private static void list(PrintWriter out, List<TopicStatus> topics) {
        out.printf("%-28s %10s  %s%n", "TOPIC", "PARTITIONS", "STATE");
        for (var topic : topics) {
            var state = topic.state().name().toLowerCase(Locale.ROOT);
            var note = topic.differs() ? " (configured: %d)".formatted(topic.expected()) : "";
            out.printf("%-28s %10d  %s%s%n", topic.name(), topic.partitions(), state, note);
        }
    }

    private static void describe(PrintWriter out, List<TopicStatus> topics) {
        for (var topic : topics) {
            out.println(topic.name());
            out.println("  key         " + topic.topic().keyDescription());
            out.println("  value       " + topic.topic().valueType().getName());
            out.println("  state       " + topic.state().name().toLowerCase(Locale.ROOT));
            out.println("  partitions  " + topic.partitions() + " (configured: " + topic.expected() + ")");
            topic.copies().ifPresent(copies -> {
                out.println("  copies      " + copies.all() + " (a write needs " + copies.needed() + ")");
                if (copies.standOnOne()) {
                    out.println("  WARNING     one disk may hold the only copy of a committed record: set the topic's"
                            + " min.insync.replicas to 2");
                }
            });
            topic.topic().config().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> out.println("  " + entry.getKey() + " = " + entry.getValue()));
        }
    }
}

package io.mdpo.ingest.pairing;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Topic;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many partitions the input has. */
final class Partitions {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

    /** Short, so that a service that is told to end does. */
    private static final int ASK_MILLIS = 5_000;

    private Partitions() {}

    /**
     * Waits until the brokers say it; empty if the service was told to end meanwhile.
     *
     * @throws OperatorException a topic is missing, or the two have not the same number of partitions
     */
    static OptionalInt await(PairingConfig config, Lifecycle life) throws InterruptedException {
        var names = List.of(Topic.INTERACTIONS.name(config.topicPrefix()), Topic.FEEDBACK.name(config.topicPrefix()));
        try (var admin = new KafkaClients(config.kafka()).admin()) {
            while (!life.isStopping()) {
                try {
                    return OptionalInt.of(ask(admin, names));
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                        throw new OperatorException(
                                "one of the topics %s is missing: create them with 'topics create'".formatted(names),
                                e);
                    }
                    if (!(e.getCause() instanceof KafkaException)) {
                        throw new IllegalStateException("cannot learn of the topics " + names, e);
                    }
                    LOG.atWarn().addKeyValue("cause", e.getCause()).log("no broker answers yet");
                }
            }
        }
        return OptionalInt.empty();
    }

    private static int ask(Admin admin, List<String> names) throws ExecutionException, InterruptedException {
        var topics = admin.describeTopics(names, new DescribeTopicsOptions().timeoutMs(ASK_MILLIS))
                .allTopicNames()
                .get();
        var counts = topics.values().stream()
                .map(topic -> topic.partitions().size())
                .distinct()
                .toList();
        if (counts.size() > 1) {
            throw new OperatorException(
                    ("%s have %s partitions: a feedback and its interaction meet only if the two have "
                                    + "the same number")
                            .formatted(names, counts));
        }
        return counts.get(0);
    }
}

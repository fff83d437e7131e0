package io.mdpo.lab.chaos;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/** Creates the topics, of one partition each, on a broker that is still coming up. */
final class AwaitedTopics {
    private static final Duration BROKER_UP_WITHIN = Duration.ofMinutes(2);
    private static final int LOOK_AGAIN_MILLIS = 500;

    private AwaitedTopics() {}

    /**
     * A broker that is still coming up may refuse.
     *
     * @param meanwhile is run before each further try
     */
    static void create(Map<String, String> kafka, Runnable meanwhile) throws InterruptedException {
        var deadline = Instant.now().plus(BROKER_UP_WITHIN);
        try (var admin = Admin.create(Map.<String, Object>copyOf(kafka))) {
            var catalogue = new TopicCatalogue(admin, Topic.DEFAULT_PREFIX, 1, Optional.of(1));
            while (!created(catalogue, deadline)) {
                meanwhile.run();
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }

    private static boolean created(TopicCatalogue catalogue, Instant deadline) {
        try {
            catalogue.create();
            return true;
        } catch (OperatorException e) {
            if (Instant.now().isAfter(deadline)) {
                throw e;
            }
            return false;
        }
    }
}

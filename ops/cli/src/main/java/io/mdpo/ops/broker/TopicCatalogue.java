package io.mdpo.ops.broker;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.TopicStatus.State;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of {@link Topic} on one broker: looks them up and creates those that are missing. */
public final class TopicCatalogue {
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);

    private final Admin admin;
    private final String prefix;
    private final int partitions;
    private final Optional<Integer> replicationFactor;

    /**
     * @param admin client of the broker; stays the caller's to close
     * @param prefix first part of the topic names
     * @param partitions number of partitions of the topics that scale
     * @param replicationFactor copies of each partition; empty leaves it to the broker
     */
    public TopicCatalogue(Admin admin, String prefix, int partitions, Optional<Integer> replicationFactor) {
        this.admin = admin;
        this.prefix = prefix;
        this.partitions = partitions;
        this.replicationFactor = replicationFactor;
    }

    /**
     * Creates the topics that are missing and leaves the others as they are. Returns when the new ones can be written.
     *
     * @throws OperatorException if the topic of scored pairs does not have exactly one partition, or the broker refuses,
     *     or does not serve a topic that it created
     */
    public List<TopicStatus> create() {
        var before = describe();
        var missing = before.stream().filter(s -> s.state() == State.MISSING).toList();
        var results = admin.createTopics(missing.stream().map(this::newTopic).toList())
                .values();
        var after = new HashMap<Topic, TopicStatus>();
        for (var status : missing) {
            var created = await(Optional.ofNullable(results.get(status.name())).orElseThrow(), status.name());
            if (created) {
                after.put(
                        status.topic(),
                        new TopicStatus(
                                status.topic(), status.name(), State.CREATED, status.expected(), status.expected()));
            }
        }
        awaitLeaders(after.values());
        // A topic that somebody else created in the meantime is looked up again.
        var current = after.size() == missing.size() ? before : describe();
        var statuses =
                current.stream().map(s -> after.getOrDefault(s.topic(), s)).toList();
        statuses.forEach(TopicCatalogue::requireTotalOrder);
        return statuses;
    }

    /**
     * Waits until every partition answers. A broker learns that it leads a partition some milliseconds after the
     * partition came into being. In between it could refuse a producer's first request and take the second, already in
     * flight; it then refuses the first for ever, as out of sequence.
     */
    private void awaitLeaders(Collection<TopicStatus> created) {
        var latest = created.stream()
                .flatMap(s -> IntStream.range(0, s.expected()).mapToObj(p -> new TopicPartition(s.name(), p)))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        long start = System.nanoTime();
        while (!answers(latest)) {
            if (System.nanoTime() - start > SERVED_WITHIN.toNanos()) {
                throw new OperatorException(
                        "the topics %s were created, but their leaders do not answer after %d s: see the brokers' logs"
                                .formatted(
                                        created.stream().map(TopicStatus::name).toList(), SERVED_WITHIN.toSeconds()));
            }
        }
    }

    private boolean answers(Map<TopicPartition, OffsetSpec> offsets) {
        try {
            admin.listOffsets(offsets).all().get();
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof RetriableException)) {
                throw refused("look up the offsets of", offsets.keySet().toString(), e);
            }
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Looks all topics up. */
    public List<TopicStatus> describe() {
        var names = Arrays.stream(Topic.values()).map(t -> t.name(prefix)).toList();
        var found = new HashMap<String, Integer>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> partitionsOf(name, future)
                .ifPresent(count -> found.put(name, count)));
        return Arrays.stream(Topic.values()).map(t -> status(t, found)).toList();
    }

    private TopicStatus status(Topic topic, Map<String, Integer> found) {
        var name = topic.name(prefix);
        var state = found.containsKey(name) ? State.EXISTS : State.MISSING;
        return new TopicStatus(topic, name, state, found.getOrDefault(name, 0), topic.partitions(partitions));
    }

    private NewTopic newTopic(TopicStatus status) {
        return new NewTopic(status.name(), Optional.of(status.expected()), replicationFactor.map(Integer::shortValue))
                .configs(status.topic().config());
    }

    private static void requireTotalOrder(TopicStatus status) {
        if (status.topic() == Topic.SCORED_PAIRS && status.partitions() != 1) {
            throw new OperatorException(
                    ("the topic %s has %d partitions and needs exactly 1, because its offsets are the order in which a"
                                    + " run learns: delete it and create it again, or choose another topic-prefix")
                            .formatted(status.name(), status.partitions()));
        }
    }

    private static Optional<Integer> partitionsOf(String name, KafkaFuture<TopicDescription> future) {
        try {
            return Optional.of(future.get().partitions().size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw refused("look up", name, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** True if the topic was created, false if it came into being meanwhile. */
    private static boolean await(KafkaFuture<Void> future, String name) {
        try {
            future.get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw refused("create", name, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static OperatorException refused(String action, String name, ExecutionException e) {
        var cause = Optional.ofNullable(e.getCause()).orElse(e);
        return new OperatorException(
                "could not %s the topic %s: %s (%s)"
                        .formatted(
                                action,
                                name,
                                cause.getMessage(),
                                cause.getClass().getSimpleName()),
                cause);
    }

    private static OperatorException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OperatorException("interrupted while waiting for the broker", e);
    }
}

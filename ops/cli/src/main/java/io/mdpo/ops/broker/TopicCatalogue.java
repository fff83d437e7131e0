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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of {@link Topic} on one broker: looks them up and creates those that are missing. Where a topic gets three
 * copies or more, two have to hold a record before its write counts: with Kafka's default of one, a single disk holds what
 * was committed a moment ago, and with it everything that is exactly once.
 */
public final class TopicCatalogue {
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final String MIN_INSYNC = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;

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
        var results = createTopics(missing);
        var after = new HashMap<Topic, TopicStatus>();
        for (var status : missing) {
            var created = await(Optional.ofNullable(results.get(status.name())).orElseThrow(), status.name());
            if (created) {
                after.put(
                        status.topic(),
                        new TopicStatus(
                                status.topic(),
                                status.name(),
                                State.CREATED,
                                status.expected(),
                                status.expected(),
                                Optional.empty()));
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

    private Map<String, KafkaFuture<Void>> createTopics(List<TopicStatus> missing) {
        if (missing.isEmpty()) {
            return Map.of();
        }
        var topics = missing.stream().map(this::newTopic).toList();
        var rehearsal = admin.createTopics(topics, new CreateTopicsOptions().validateOnly(true));
        return admin.createTopics(topics.stream()
                        .map(topic -> hasOneOfManyCopies(rehearsal, topic.name()) ? withTwoInSync(topic) : topic)
                        .toList())
                .values();
    }

    /** Whether the broker would give a topic three copies or more and count a write that one of them holds. */
    private static boolean hasOneOfManyCopies(CreateTopicsResult rehearsal, String name) {
        try {
            return rehearsal.replicationFactor(name).get() >= 3
                    && rehearsal.config(name).get().get(MIN_INSYNC).value().equals("1");
        } catch (ExecutionException e) {
            // What hinders the rehearsal hinders the creation, which says so; who may not see the settings leaves them.
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static NewTopic withTwoInSync(NewTopic topic) {
        var config = new HashMap<>(topic.configs());
        config.put(MIN_INSYNC, "2");
        return topic.configs(config);
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
        var names = created.stream().map(TopicStatus::name).toList();
        long start = System.nanoTime();
        while (!areKnown(names) || !answers(latest)) {
            if (System.nanoTime() - start > SERVED_WITHIN.toNanos()) {
                throw new OperatorException(
                        "the topics %s were created, but their leaders do not answer after %d s: see the brokers' logs"
                                .formatted(names, SERVED_WITHIN.toSeconds()));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Asked first, because a client that looks for the leader of a topic that a broker does not know yet logs an error. */
    private boolean areKnown(Collection<String> names) {
        return admin.describeTopics(names).topicNameValues().entrySet().stream()
                .allMatch(topic -> description(topic.getKey(), topic.getValue()).isPresent());
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
        var found = new HashMap<String, TopicDescription>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> description(name, future)
                .ifPresent(description -> found.put(name, description)));
        var inSync = minInSync(found.keySet());
        return Arrays.stream(Topic.values()).map(t -> status(t, found, inSync)).toList();
    }

    private TopicStatus status(Topic topic, Map<String, TopicDescription> found, Map<String, Integer> inSync) {
        var name = topic.name(prefix);
        var description = Optional.ofNullable(found.get(name));
        int copies = description.stream()
                .flatMap(d -> d.partitions().stream())
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        return new TopicStatus(
                topic,
                name,
                description.isPresent() ? State.EXISTS : State.MISSING,
                description.map(d -> d.partitions().size()).orElse(0),
                topic.partitions(partitions),
                Optional.ofNullable(inSync.get(name)).map(writes -> new TopicStatus.Copies(copies, writes)));
    }

    /** How many copies have to hold a write, by topic; without those whose settings this login may not see. */
    private Map<String, Integer> minInSync(Collection<String> names) {
        var inSync = new HashMap<String, Integer>();
        var resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        admin.describeConfigs(resources).values().forEach((resource, future) -> {
            try {
                inSync.put(
                        resource.name(),
                        Integer.parseInt(future.get().get(MIN_INSYNC).value()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw refused("look up", resource.name(), e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
        return inSync;
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

    private static Optional<TopicDescription> description(String name, KafkaFuture<TopicDescription> future) {
        try {
            return Optional.of(future.get());
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

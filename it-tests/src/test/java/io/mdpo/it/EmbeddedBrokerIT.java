package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.ops.broker.TopicStatus;
import io.mdpo.ops.broker.TopicStatus.State;
import io.mdpo.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TopicPartition SCORED = new TopicPartition(Topic.SCORED_PAIRS.name("test"), 0);

    @TempDir
    private Path dir;

    @Test
    void restartKeepsTopicsCommittedRecordsAndOffsets() throws Exception {
        var largest = new byte[Topic.MAX_RECORD_BYTES - (1 << 10)];
        largest[largest.length - 1] = 42;
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of())) {
            createTopics(broker, 3);
            try (var producer =
                    producer(broker, Map.of("transactional.id", "test", "max.request.size", Topic.MAX_RECORD_BYTES))) {
                producer.initTransactions();
                producer.beginTransaction();
                send(producer, "aborted", new byte[] {1});
                producer.abortTransaction();
                producer.beginTransaction();
                send(producer, "small", new byte[] {2});
                send(producer, "largest", largest);
                producer.commitTransaction();
            }
            try (var consumer = consumer(broker)) {
                consumer.assign(List.of(SCORED));
                consumer.commitSync(Map.of(SCORED, new OffsetAndMetadata(2)));
            }
        }
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of())) {
            assertThat(createTopics(broker, 3)).extracting(TopicStatus::state).containsOnly(State.EXISTS);
            try (var consumer = consumer(broker)) {
                consumer.assign(List.of(SCORED));
                assertThat(consumer.position(SCORED, PATIENCE)).isEqualTo(2);
                consumer.seekToBeginning(List.of(SCORED));
                var values = readTwo(consumer);
                assertThat(values.get(0)).containsExactly(2);
                assertThat(values.get(1)).isEqualTo(largest);
            }
        }
    }

    @Test
    void catalogueIsCreatedOnceWithItsSettingsAndOtherPartitionCountsAreReported() throws Exception {
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of());
                var admin = admin(broker)) {
            assertThat(catalogue(admin, "test", 3).describe())
                    .extracting(TopicStatus::state)
                    .containsOnly(State.MISSING);
            assertThat(createTopics(broker, 3))
                    .hasSize(Topic.values().length)
                    .allMatch(topic -> topic.state() == State.CREATED && !topic.differs());
            assertThat(createTopics(broker, 5))
                    .filteredOn(TopicStatus::differs)
                    .extracting(TopicStatus::topic, TopicStatus::partitions, TopicStatus::expected)
                    .containsExactlyInAnyOrder(
                            tuple(Topic.INTERACTIONS, 3, 5),
                            tuple(Topic.FEEDBACK, 3, 5),
                            tuple(Topic.RAW_PAIRS, 3, 5),
                            tuple(Topic.PAIRS, 3, 5),
                            tuple(Topic.HELDOUT_PAIRS, 3, 5));

            var resource = new ConfigResource(ConfigResource.Type.TOPIC, Topic.CHECKPOINTS.name("test"));
            var configs = admin.describeConfigs(List.of(resource)).all().get();
            assertThat(configs)
                    .extractingByKey(resource)
                    .extracting(config -> config.get("cleanup.policy").value())
                    .isEqualTo("compact");
        }
    }

    /** One broker has no three copies to give: an admin client that says so stands in for a cluster. */
    @Test
    void topicsWithThreeCopiesNeedTwoForAWriteAndOthersAreLeftToTheBroker() throws Exception {
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of());
                var cluster = new ThreeCopies(Map.of("bootstrap.servers", broker.bootstrapServers()));
                var admin = admin(broker)) {
            catalogue(cluster, "three", 1).create();
            catalogue(admin, "one", 1).create();

            assertThat(catalogue(admin, "three", 1).describe())
                    .extracting(TopicStatus::copies)
                    .containsOnly(Optional.of(new TopicStatus.Copies(1, 2)));
            assertThat(catalogue(admin, "one", 1).describe())
                    .extracting(TopicStatus::copies)
                    .containsOnly(Optional.of(new TopicStatus.Copies(1, 1)));
            assertThat(catalogue(admin, "none", 1).describe())
                    .extracting(TopicStatus::copies)
                    .containsOnly(Optional.empty());
            assertThat(new TopicStatus.Copies(3, 1).standOnOne()).isTrue();
            assertThat(new TopicStatus.Copies(1, 1).standOnOne()).isFalse();
            assertThat(new TopicStatus.Copies(3, 2).standOnOne()).isFalse();
        }
    }

    /** Promises three copies of a topic that is not created yet. */
    private static final class ThreeCopies extends ForwardingAdmin {
        ThreeCopies(Map<String, Object> settings) {
            super(settings);
        }

        @Override
        public CreateTopicsResult createTopics(Collection<NewTopic> topics, CreateTopicsOptions options) {
            var result = super.createTopics(topics, options);
            return options.shouldValidateOnly() ? new Promise(result, topics) : result;
        }

        private static final class Promise extends CreateTopicsResult {
            Promise(CreateTopicsResult result, Collection<NewTopic> topics) {
                super(topics.stream().collect(Collectors.toMap(NewTopic::name, topic -> result.config(topic.name())
                        .thenApply(config -> new TopicMetadataAndConfig(Uuid.ZERO_UUID, 1, 3, config)))));
            }
        }
    }

    @Test
    void topicsCanBeWrittenByRequestsInFlightTogetherFromTheMomentTheyAreCreated() throws Exception {
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of());
                var admin = admin(broker)) {
            for (int i = 0; i < 12; i++) {
                var raw = Topic.RAW_PAIRS.name("young" + i);
                catalogue(admin, "young" + i, 3).create();
                // Batches of one record: most are in flight before the first is answered.
                try (var producer = producer(
                        broker, Map.of("batch.size", 0, "delivery.timeout.ms", 20_000, "request.timeout.ms", 10_000))) {
                    var sent = IntStream.range(0, 60)
                            .mapToObj(n -> producer.send(new ProducerRecord<>(raw, n % 3, "key", new byte[100])))
                            .toList();
                    for (var record : sent) {
                        record.get();
                    }
                }
            }
        }
    }

    @Test
    void scoredPairsWithoutATotalOrderAreRefused() throws Exception {
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of());
                var admin = admin(broker)) {
            var wrong = new NewTopic(Topic.SCORED_PAIRS.name("wide"), 2, (short) 1);
            admin.createTopics(List.of(wrong)).all().get();
            assertThatThrownBy(() -> catalogue(admin, "wide", 1).create())
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("wide.scored-pairs has 2 partitions and needs exactly 1");
        }
    }

    @Test
    void secondBrokerOnTheFolderIsRefusedAndTheFirstGoesOn() {
        try (var broker = EmbeddedBroker.start(dir, 0, Map.of())) {
            assertThatThrownBy(() -> EmbeddedBroker.start(dir, 0, Map.of()))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("another broker uses the folder " + dir);
            assertThat(createTopics(broker, 1)).extracting(TopicStatus::state).containsOnly(State.CREATED);
        }
    }

    private static List<TopicStatus> createTopics(EmbeddedBroker broker, int partitions) {
        try (var admin = admin(broker)) {
            return catalogue(admin, "test", partitions).create();
        }
    }

    private static TopicCatalogue catalogue(Admin admin, String prefix, int partitions) {
        return new TopicCatalogue(admin, prefix, partitions, Optional.of(1));
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static List<byte[]> readTwo(KafkaConsumer<String, byte[]> consumer) {
        var values = new ArrayList<byte[]>();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (values.size() < 2 && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
        }
        assertThat(values).hasSize(2);
        return values;
    }

    private static void send(KafkaProducer<String, byte[]> producer, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(SCORED.topic(), key, value)).get();
    }

    private static KafkaProducer<String, byte[]> producer(EmbeddedBroker broker, Map<String, Object> settings) {
        var all = new HashMap<>(settings);
        all.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<String, byte[]> consumer(EmbeddedBroker broker) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "test",
                        "enable.auto.commit",
                        false,
                        "isolation.level",
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}

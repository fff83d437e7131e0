package io.mdpo.ops.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.kafka.FencedException;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.kafka.Transactions;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.gateway.log.RememberedIds.Digest;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.AcceptedIds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Commits events, each id once. A transaction holds the records and, in {@code accepted-ids}, their ids. Whoever opens the log
 * takes the transactional id, so that an older gateway can commit no more and what it left open is settled, and then reads the
 * newest ids: from there on it knows what was committed, however the older one ended. Not thread-safe.
 */
final class EventLog implements AutoCloseable {
    private static final AvroSerde<AcceptedIds> IDS = AvroSerde.of(AcceptedIds.class);

    /** How long readers may have to wait for a transaction of a gateway that died. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

    private final String topicPrefix;
    private final String transactionalId;
    private final Transactions transactions;
    private final RememberedIds remembered;

    private EventLog(String topicPrefix, String transactionalId, Transactions transactions, RememberedIds remembered) {
        this.topicPrefix = topicPrefix;
        this.transactionalId = transactionalId;
        this.transactions = transactions;
        this.remembered = remembered;
    }

    /**
     * Takes over the transactional id and reads the newest ids.
     *
     * @param rememberedIds how many ids are known at most
     * @throws KafkaException the brokers do not answer, or refuse
     * @throws OperatorException a topic is missing
     */
    static EventLog open(String topicPrefix, KafkaClients clients, int rememberedIds, MeterRegistry registry) {
        var transactionalId = topicPrefix + "-gateway";
        var transactions = new Transactions(
                transactionalId, () -> clients.producer(transactionalId, TRANSACTION_TIMEOUT), registry);
        try {
            var remembered = new RememberedIds(rememberedIds);
            read(topicPrefix, clients, rememberedIds, remembered);
            return new EventLog(topicPrefix, transactionalId, transactions, remembered);
        } catch (RuntimeException e) {
            transactions.close();
            throw e;
        }
    }

    private static void read(String topicPrefix, KafkaClients clients, int most, RememberedIds remembered) {
        try (var consumer = clients.consumer(Map.of())) {
            var reader = new CommittedReader(consumer);
            for (var topic : List.of(Topic.INTERACTIONS, Topic.FEEDBACK, Topic.ACCEPTED_IDS)) {
                require(topic.name(topicPrefix), reader.partitions(topic.name(topicPrefix)));
            }
            var partition = new TopicPartition(Topic.ACCEPTED_IDS.name(topicPrefix), 0);
            // A transaction takes two offsets, one for at least one id and one for its marker.
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            reader.seek(partition, Math.max(0, end - 2L * most));
            reader.read(record -> {
                var ids = IDS.decode(record.value());
                ids.getInteractions().forEach(id -> remembered.add(Digest.of(Topic.INTERACTIONS, id)));
                ids.getFeedback().forEach(id -> remembered.add(Digest.of(Topic.FEEDBACK, id)));
                return true;
            });
        }
    }

    private static void require(String topic, List<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            throw new OperatorException("the topic %s is missing: run mdpo topics create".formatted(topic));
        }
    }

    /** How many ids it knows. */
    int remembered() {
        return remembered.size();
    }

    /**
     * Commits what is new of the requests, in one transaction.
     *
     * @return a receipt for each request; empty if nobody knows whether they were committed, and the log has to be opened anew
     * @throws FencedException another gateway has taken over
     * @throws KafkaException trying again cannot help
     */
    Optional<List<Receipt>> commit(List<List<Event>> requests) {
        var fresh = new LinkedHashMap<Digest, Event>();
        var receipts = new ArrayList<Receipt>();
        for (var request : requests) {
            int accepted = 0;
            for (var event : request) {
                var id = Digest.of(event.topic(), event.id());
                if (!remembered.contains(id) && fresh.putIfAbsent(id, event) == null) {
                    accepted++;
                }
            }
            receipts.add(new Receipt(accepted, request.size() - accepted));
        }
        if (!fresh.isEmpty() && !transactions.commit(producer -> send(producer, fresh.values()))) {
            return Optional.empty();
        }
        fresh.keySet().forEach(remembered::add);
        return Optional.of(receipts);
    }

    /** A record that cannot be written fails the commit. */
    private void send(Producer<byte[], byte[]> producer, Collection<Event> events) {
        var ids = new AcceptedIds(ids(events, Topic.INTERACTIONS), ids(events, Topic.FEEDBACK));
        for (var event : events) {
            var unused = producer.send(event.toRecord(topicPrefix));
        }
        var unused = producer.send(new ProducerRecord<>(
                Topic.ACCEPTED_IDS.name(topicPrefix), 0, transactionalId.getBytes(UTF_8), IDS.encode(ids)));
    }

    private static List<String> ids(Collection<Event> events, Topic topic) {
        return events.stream()
                .filter(event -> event.topic() == topic)
                .map(Event::id)
                .toList();
    }

    @Override
    public void close() {
        transactions.close();
    }
}

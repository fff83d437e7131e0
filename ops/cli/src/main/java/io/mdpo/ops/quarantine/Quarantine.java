package io.mdpo.ops.quarantine;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The topic of quarantined pairs, which is compacted: a pair is in quarantine while its last record is no tombstone. One pair is
 * in memory at a time, and the keys of all.
 */
public final class Quarantine {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(5);

    private final KafkaClients clients;
    private final String topicPrefix;

    /** What becomes of a pair. */
    public enum Fate {
        /** It goes to where it was going. */
        RELEASED,
        /** It becomes a dead letter. */
        DROPPED
    }

    /** What was, or would be, done. */
    public record Result(long settled, long skipped) {}

    /** Hears what becomes of each pair. */
    public interface Listener {
        void settled(HeldPair pair, String topic);

        void skipped(HeldPair pair, String why);
    }

    public Quarantine(String topicPrefix, Map<String, String> kafka) {
        this.clients = new KafkaClients(kafka);
        this.topicPrefix = topicPrefix;
    }

    /** Hands over the pairs that are in quarantine and match, in the order in which they came. */
    public void read(HeldPairFilter filter, Consumer<HeldPair> each) {
        var live = live();
        readAll(record -> {
            if (live.contains(record.offset())) {
                HeldPair.of(record).filter(filter::matches).ifPresent(each);
            }
        });
    }

    /** Says what {@link #settle} would do. */
    public Result plan(HeldPairFilter filter, Fate fate, int limit, Listener listener) {
        return pass(filter, fate, limit, listener, (pair, record) -> {});
    }

    /**
     * Takes the pairs that match out of quarantine: what becomes of them and their tombstones are one transaction.
     *
     * @param limit most pairs, from the oldest on
     * @throws OperatorException if it failed; then nothing was done
     */
    public Result settle(HeldPairFilter filter, Fate fate, int limit, Listener listener) {
        try (var producer = clients.producer(topicPrefix + "-quarantine", TRANSACTION_TIMEOUT)) {
            // Ends what another operator has open, so that what it settled is either seen below or never comes to be.
            producer.initTransactions();
            return inTransaction(producer, filter, fate, limit, listener);
        } catch (KafkaException e) {
            throw new OperatorException("nothing was done: " + e.getMessage(), e);
        }
    }

    private Result inTransaction(
            Producer<byte[], byte[]> producer, HeldPairFilter filter, Fate fate, int limit, Listener listener) {
        producer.beginTransaction();
        try {
            var result = pass(filter, fate, limit, listener, (pair, record) -> {
                // A failed send fails the commit: the futures need not be looked at.
                var unused = producer.send(record);
                var unusedToo = producer.send(pair.tombstone());
            });
            producer.commitTransaction();
            return result;
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw e;
        } catch (RuntimeException e) {
            producer.abortTransaction();
            throw e;
        }
    }

    private Result pass(
            HeldPairFilter filter,
            Fate fate,
            int limit,
            Listener listener,
            BiConsumer<HeldPair, ProducerRecord<byte[], byte[]>> send) {
        var counts = new long[2];
        read(filter, pair -> {
            var destination = pair.destination();
            if (counts[0] == limit) {
                return;
            }
            if (fate == Fate.RELEASED && destination.isEmpty()) {
                counts[1]++;
                listener.skipped(
                        pair,
                        "its destination '%s' is neither pairs nor heldout-pairs"
                                .formatted(pair.held().getDestination()));
                return;
            }
            var record = fate == Fate.RELEASED
                    ? pair.release(destination.orElseThrow(), topicPrefix)
                    : pair.drop(topicPrefix);
            send.accept(pair, record);
            counts[0]++;
            listener.settled(pair, record.topic());
        });
        return new Result(counts[0], counts[1]);
    }

    /** The offsets of the last record of each key that has one with a value. */
    private Set<Long> live() {
        var last = new HashMap<ByteBuffer, Long>();
        readAll(record -> {
            var key = ByteBuffer.wrap(record.key() == null ? new byte[0] : record.key());
            if (record.value() == null) {
                last.remove(key);
            } else {
                last.put(key, record.offset());
            }
        });
        return new HashSet<>(last.values());
    }

    private void readAll(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var topic = Topic.QUARANTINED_PAIRS.name(topicPrefix);
        try (var consumer = clients.consumer(Map.of())) {
            var reader = new CommittedReader(consumer);
            var partitions = reader.partitions(topic);
            if (partitions.size() != 1) {
                throw new OperatorException(
                        "the topic %s has %d partitions and needs 1: see topic-prefix, or topics create"
                                .formatted(topic, partitions.size()));
            }
            reader.seek(partitions.get(0), 0);
            reader.read(record -> {
                each.accept(record);
                return true;
            });
        }
    }
}

package io.mdpo.ops.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ops.imports.rows.Place;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends pairs to {@code raw-pairs}, each with its row in a header, so that a dead letter tells which row it was. Bytes under way
 * are bounded by the producer's {@code buffer.memory}, waiting by its {@code max.block.ms} and {@code delivery.timeout.ms}.
 */
public final class KafkaSink implements PairSink, AutoCloseable {
    /** The header that names the row, as {@code train.parquet, row 7} or {@code pairs.jsonl:7}. */
    public static final String ROW_HEADER = "mdpo-import-row";

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final ConcurrentSkipListMap<Long, Place> underWay = new ConcurrentSkipListMap<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long sent;

    /**
     * @param producer idempotent, waiting for all in-sync replicas; closed with this sink
     * @param topic full name of raw-pairs
     */
    public KafkaSink(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** @throws KafkaException if this or an earlier pair could not be sent */
    @Override
    public void send(byte[] key, byte[] value, Place place) {
        throwFailure();
        long number = sent++;
        underWay.put(number, place);
        var record = new ProducerRecord<>(topic, key, value);
        record.headers().add(ROW_HEADER, nameOf(place).getBytes(UTF_8));
        var unused = producer.send(record, (metadata, exception) -> {
            if (exception == null) {
                underWay.remove(number);
            } else {
                failure.compareAndSet(null, exception);
            }
        });
    }

    /** Without the folder, which tells of this machine what readers of the topic need not know. */
    private static String nameOf(Place place) {
        return new Place(place.file().getFileName(), place.row(), place.line()).toString();
    }

    @Override
    public void flush() {
        producer.flush();
        throwFailure();
    }

    private void throwFailure() {
        var failed = failure.get();
        if (failed != null) {
            throw new KafkaException(failed.getMessage(), failed);
        }
    }

    @Override
    public Optional<Place> firstUnacknowledged() {
        return Optional.ofNullable(underWay.firstEntry()).map(Map.Entry::getValue);
    }

    /** Lets go of what is still under way: whoever wants it sent flushes first. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}

package io.mdpo.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.RejectedPair;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterTest {
    private static final AvroSerde<RejectedPair> SERDE = AvroSerde.of(RejectedPair.class);

    @Test
    void aLetterTellsOfOneRefusalAndKeepsTheProducersHeaders() {
        var source = source(3, 5);
        source.headers().add("trace", "abc".getBytes(UTF_8));
        source.headers().add("__streams.errors.message", "an earlier one".getBytes(UTF_8));

        var record = letter(source, "p", "too long").toRecord("mdpo");

        assertThat(record.topic()).isEqualTo("mdpo.rejected-pairs");
        assertThat(record.headers().headers("__streams.errors.message")).hasSize(1);
        assertThat(header(record, "trace")).isEqualTo("abc");
        assertThat(header(record, "__streams.errors.exception")).isEqualTo("TOO_MANY_TOKENS");
        assertThat(header(record, "__streams.errors.message")).isEqualTo("too long");
        assertThat(header(record, "__streams.errors.stacktrace")).isEqualTo("TOO_MANY_TOKENS: too long\n\tat scorer");
        assertThat(header(record, "__streams.errors.topic")).isEqualTo("mdpo.pairs");
        assertThat(header(record, "__streams.errors.partition")).isEqualTo("2");
        assertThat(header(record, "__streams.errors.offset")).isEqualTo("17");
        assertThat(SERDE.decode(record.value()).getOriginal().remaining()).isEqualTo(5);
    }

    /** Whichever part of the record is large: a letter that is too large to be sent would stop the service for ever. */
    @ParameterizedTest
    @CsvSource({"17000000, 10, 10", "10, 17800000, 10", "10, 10, 17800000", "6000000, 6000000, 0", "9000000, 0, 0"})
    void noPartOfARecordMakesALetterTooLarge(int key, int value, int header) {
        var source = source(key, value);
        source.headers().add("large", new byte[header]);

        var record =
                letter(source, "i".repeat(1_000_000), "m".repeat(1_000_000)).toRecord("mdpo");

        long size = (long) record.value().length + (record.key() == null ? 0 : record.key().length);
        for (var field : record.headers()) {
            size += (long) field.key().length() + field.value().length;
        }
        assertThat(size).isLessThan(Topic.MAX_RECORD_BYTES - 1_000);
        var pair = SERDE.decode(record.value());
        assertThat(pair.getPairId()).isNull();
        assertThat(pair.getOffset()).isEqualTo(17);
        assertThat(header(record, "__streams.errors.message")).isEqualTo(pair.getMessage());
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static ConsumerRecord<byte[], byte[]> source(int key, int value) {
        return new ConsumerRecord<>("mdpo.pairs", 2, 17, new byte[key], new byte[value]);
    }

    private static DeadLetter letter(ConsumerRecord<byte[], byte[]> source, String pairId, String message) {
        return new DeadLetter("scorer", source, Optional.of(pairId), RejectionReason.TOO_MANY_TOKENS, message);
    }
}

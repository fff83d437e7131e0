package io.mdpo.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
    private final AvroSerde<PreferencePair> serde = AvroSerde.of(PreferencePair.class);
    private final PreferencePair pair = PreferencePair.newBuilder()
            .setPairId("pair-1")
            .setImages(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})))
            .setPrompt(Prompts.user("Describe the picture."))
            .setChosen("A dog.")
            .setRejected("A cat.")
            .setCreatedAt(Instant.ofEpochMilli(1_700_000_000_000L))
            .build();

    @Test
    void aRecordComesBackEqualAndCarriesTheSingleObjectMarker() {
        var bytes = serde.encode(pair);

        assertThat(bytes).startsWith(0xC3, 0x01);
        assertThat(serde.decode(bytes)).isEqualTo(pair);
    }

    @Test
    void theBytesOfReleaseOneAreStillRead() {
        // Written by hand from the Avro specification, body of PreferencePair release 1.
        var released = ReleasedSchemas.read(1, "PreferencePair");
        var fingerprint = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0xC3, 0x01})
                .putLong(SchemaNormalization.parsingFingerprint64(released))
                .array();
        var body = new byte[][] {
            {12},
            "pair-1".getBytes(StandardCharsets.UTF_8), // string: zig-zag length 6
            {0, 6, 1, 2, 3}, // union branch 0 (bytes), length 3
            {2, 8},
            "user".getBytes(StandardCharsets.UTF_8), // one array item
            {42},
            "Describe the picture.".getBytes(StandardCharsets.UTF_8),
            {0}, // end of array
            {12},
            "A dog.".getBytes(StandardCharsets.UTF_8),
            {12},
            "A cat.".getBytes(StandardCharsets.UTF_8),
            {0}, // empty source
            zigZag(1_700_000_000_000L)
        };
        var length = Arrays.stream(body).mapToInt(part -> part.length).sum();
        var record = ByteBuffer.allocate(10 + length).put(fingerprint);
        Arrays.stream(body).forEach(record::put);

        assertThat(serde.decode(record.array())).isEqualTo(pair);
    }

    @Test
    void brokenBytesAreRefusedWithASentence() {
        var bytes = serde.encode(pair);
        var wrongMarker = bytes.clone();
        wrongMarker[0] = 0;
        var unknownSchema = bytes.clone();
        unknownSchema[5] ^= 1;

        for (var broken : List.of(
                new byte[0],
                "hello".getBytes(StandardCharsets.UTF_8),
                wrongMarker,
                unknownSchema,
                Arrays.copyOf(bytes, bytes.length - 4),
                Arrays.copyOf(bytes, bytes.length + 1))) {
            assertThatThrownBy(() -> serde.decode(broken))
                    .isInstanceOf(SerializationException.class)
                    .message()
                    .contains("PreferencePair");
        }
    }

    @Test
    void aClaimedLengthBeyondAnyRecordIsRefusedBeforeItIsAllocated() {
        var header = Arrays.copyOf(serde.encode(pair), 10);
        byte[] length = zigZag(1_900_000_000L); // of the pair id
        var record = ByteBuffer.allocate(10 + length.length).put(header).put(length);

        assertThatThrownBy(() -> serde.decode(record.array()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("1900000000");
    }

    private static byte[] zigZag(long value) {
        var out = new java.io.ByteArrayOutputStream();
        for (long rest = value << 1; ; rest >>>= 7) {
            if (rest < 0x80) {
                out.write((int) rest);
                return out.toByteArray();
            }
            out.write((int) (rest & 0x7F) | 0x80);
        }
    }
}

package io.mdpo.lab.demo;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that must not be learned, one of each kind that goes wrong in practice, made from a good pair. */
final class BrokenInput {
    private static final AvroSerde<PreferencePair> SERDE = AvroSerde.of(PreferencePair.class);

    /** Sides of the image that claims more pixels than any limit allows. */
    private static final int BOMB_WIDTH = 5000;

    private static final int BOMB_HEIGHT = 4000;

    private BrokenInput() {}

    /**
     * The records, each under another pair id but the last, which is a record of the stream once more.
     *
     * @param good what the others are made of
     * @param sent what is sent again
     */
    static List<ProducerRecord<String, byte[]>> of(PreferencePair good, PreferencePair sent) {
        return List.of(
                record(with(
                        good, "broken-image", List.of(image("not an image")), good.getChosen(), good.getRejected())),
                record(with(good, "broken-empty-answer", good.getImages(), "  ", good.getRejected())),
                record(with(good, "broken-equal-answers", good.getImages(), good.getChosen(), good.getChosen())),
                record("broken-avro", "{\"pairId\": \"broken-avro\"}".getBytes(StandardCharsets.UTF_8)),
                record(with(
                        good, "broken-bomb", List.of(ByteBuffer.wrap(bomb())), good.getChosen(), good.getRejected())),
                record(sent));
    }

    /** A good record of {@code raw-pairs}: the key is the pair id. */
    static ProducerRecord<String, byte[]> record(PreferencePair pair) {
        return record(pair.getPairId(), SERDE.encode(pair));
    }

    private static ProducerRecord<String, byte[]> record(String key, byte[] value) {
        return new ProducerRecord<>(Topic.RAW_PAIRS.name(Topic.DEFAULT_PREFIX), key, value);
    }

    private static PreferencePair with(
            PreferencePair good, String id, List<Object> images, String chosen, String rejected) {
        return new PreferencePair(
                id,
                images,
                good.getPrompt(),
                chosen,
                rejected,
                good.getSource(),
                good.getCreatedAt(),
                List.of(),
                PairKind.PAIR.text(),
                null);
    }

    private static ByteBuffer image(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A valid PNG of 20 black megapixels: some kilobytes that decode to 60 MB. */
    private static byte[] bomb() {
        var header =
                ByteBuffer.allocate(13).putInt(BOMB_WIDTH).putInt(BOMB_HEIGHT).put(new byte[] {8, 2, 0, 0, 0});
        var file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(file, "IHDR", header.array());
        chunk(file, "IDAT", deflatedRows());
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static byte[] deflatedRows() {
        var deflated = new ByteArrayOutputStream();
        var row = new byte[1 + 3 * BOMB_WIDTH];
        try (var deflater = new DeflaterOutputStream(deflated)) {
            for (int y = 0; y < BOMB_HEIGHT; y++) {
                deflater.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deflated.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] body = ByteBuffer.allocate(4 + data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        var crc = new CRC32();
        crc.update(body);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(body);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}

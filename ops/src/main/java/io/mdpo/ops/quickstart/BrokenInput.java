package io.mdpo.ops.quickstart;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Records that must not be learned, one of each kind that goes wrong in practice, made from a good pair. */
final class BrokenInput {
    private static final AvroSerde<PreferencePair> SERDE = AvroSerde.of(PreferencePair.class);

    /** Sides of the image that claims more pixels than any limit allows. */
    private static final int BOMB_WIDTH = 5000;

    private static final int BOMB_HEIGHT = 4000;

    private BrokenInput() {}

    /** The records, each under another pair id but the last, which repeats the good pair as it is. */
    static List<RawRecord> of(PreferencePair good) {
        return List.of(
                record(with(good, "broken-image", image("not an image"), good.getChosen(), good.getRejected())),
                record(with(good, "broken-empty-answer", good.getImage(), "  ", good.getRejected())),
                record(with(good, "broken-equal-answers", good.getImage(), good.getChosen(), good.getChosen())),
                new RawRecord("broken-avro", "{\"pairId\": \"broken-avro\"}".getBytes(StandardCharsets.UTF_8)),
                record(with(good, "broken-bomb", ByteBuffer.wrap(bomb()), good.getChosen(), good.getRejected())),
                record(good));
    }

    private static RawRecord record(PreferencePair pair) {
        return new RawRecord(pair.getPairId(), SERDE.encode(pair));
    }

    private static PreferencePair with(PreferencePair good, String id, Object image, String chosen, String rejected) {
        return new PreferencePair(id, image, good.getPrompt(), chosen, rejected, good.getSource(), good.getCreatedAt());
    }

    private static ByteBuffer image(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A PNG of a few bytes whose header claims 20 megapixels. */
    private static byte[] bomb() {
        byte[] header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(BOMB_WIDTH)
                .putInt(BOMB_HEIGHT)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        var crc = new CRC32();
        crc.update(header);
        return ByteBuffer.allocate(8 + 4 + header.length + 4)
                .order(ByteOrder.BIG_ENDIAN)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
                .putInt(13)
                .put(header)
                .putInt((int) crc.getValue())
                .array();
    }
}

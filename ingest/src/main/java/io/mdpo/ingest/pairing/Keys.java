package io.mdpo.ingest.pairing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/** Keys of the stores. Where one holds two things, the first has its length before it or is always as long. */
final class Keys {
    private Keys() {}

    static Bytes utf8(String text) {
        return Bytes.wrap(text.getBytes(UTF_8));
    }

    static String text(Bytes bytes) {
        return new String(bytes.get(), UTF_8);
    }

    /** What the keys of all feedback of an interaction start with. */
    static Bytes of(Bytes interactionId) {
        var id = interactionId.get();
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES + id.length)
                .putInt(id.length)
                .put(id)
                .array());
    }

    static Bytes of(Bytes interactionId, String feedbackId) {
        return join(of(interactionId).get(), feedbackId.getBytes(UTF_8));
    }

    /** Sorts by time. */
    static Bytes at(long time, Bytes rest) {
        return join(time(time), rest.get());
    }

    /** Sorts a group's thumbs by time, and those of one time by id. */
    static Bytes of(Bytes content, long time, String feedbackId) {
        return join(join(content.get(), time(time)).get(), feedbackId.getBytes(UTF_8));
    }

    static Bytes of(int number) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    /** The second half of a key of {@link #at}. */
    static Bytes afterTime(Bytes key) {
        var all = key.get();
        var rest = new byte[all.length - Long.BYTES];
        System.arraycopy(all, Long.BYTES, rest, 0, rest.length);
        return Bytes.wrap(rest);
    }

    static byte[] time(long time) {
        return ByteBuffer.allocate(Long.BYTES).putLong(time).array();
    }

    private static Bytes join(byte[] first, byte[] second) {
        return Bytes.wrap(ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array());
    }
}

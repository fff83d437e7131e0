package io.mdpo.it;

import java.util.Arrays;
import java.util.Random;

/** What can happen to any bytes. */
final class Damage {
    private Damage() {}

    /** One bit to sixteen, anywhere. */
    static byte[] flip(byte[] bytes, Random random) {
        return flip(bytes, random, 0, bytes.length);
    }

    static byte[] flip(byte[] bytes, Random random, int from, int to) {
        var flipped = bytes.clone();
        for (int flips = 1 + random.nextInt(16); flips > 0 && to > from; flips--) {
            flipped[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Up to four bytes with the values at which programs break: none, the most, the sign. */
    static byte[] overwrite(byte[] bytes, Random random, int from, int to) {
        var written = bytes.clone();
        for (int i = 1 + random.nextInt(4); i > 0 && to > from; i--) {
            written[from + random.nextInt(to - from)] = new byte[] {0, 1, 0x7F, (byte) 0x80, -1}[random.nextInt(5)];
        }
        return written;
    }

    static byte[] cut(byte[] bytes, Random random) {
        return Arrays.copyOf(bytes, random.nextInt(Math.max(1, bytes.length)));
    }

    static byte[] lengthen(byte[] bytes, Random random) {
        var more = randomOf(random, 200);
        var longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, bytes.length, more.length);
        return longer;
    }

    static byte[] randomOf(Random random, int limit) {
        var bytes = new byte[random.nextInt(limit)];
        random.nextBytes(bytes);
        return bytes;
    }
}

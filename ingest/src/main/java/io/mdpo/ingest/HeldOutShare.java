package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Which pairs are held out: a function of salt and picture alone, so that no picture is on both sides, whatever is asked
 * about it and whoever sends it. A pair without images goes by its prompt. A larger share holds out what a smaller one
 * does, and more.
 *
 * <p>A picture is its encoded bytes: the same picture in another file is another one.
 */
final class HeldOutShare {
    /** Where a pair belongs. */
    enum Side {
        LEARNED,
        HELD_OUT,
        /** To neither: some of its pictures are held out. */
        BOTH
    }

    private final double share;
    private final byte[] salt;

    /** @param share of the pictures, from 0 to 1 */
    HeldOutShare(double share, String salt) {
        this.share = share;
        this.salt = salt.getBytes(UTF_8);
    }

    /**
     * The side of a pair with its images in place. The producer's corrupted images count where they could do harm: beside a
     * picture that is learned.
     */
    Side of(PreferencePair pair) {
        if (share == 0) {
            return Side.LEARNED;
        }
        if (pair.getImages().isEmpty()) {
            return isHeldOut(Sha256.ofPrompt(pair)) ? Side.HELD_OUT : Side.LEARNED;
        }
        var images = pair.getImages().stream().map(ByteBuffer.class::cast).toList();
        long heldOut = heldOut(images);
        if (heldOut == images.size()) {
            return Side.HELD_OUT;
        }
        return heldOut + heldOut(pair.getCorruptedImages()) == 0 ? Side.LEARNED : Side.BOTH;
    }

    private long heldOut(List<ByteBuffer> images) {
        return images.stream()
                .filter(ByteBuffer::hasRemaining)
                .filter(image -> isHeldOut(Sha256.of(image)))
                .count();
    }

    /** The first 53 bits of SHA-256 over salt and digest, as a number below 1. */
    private boolean isHeldOut(byte[] digest) {
        var salted = DigestUtils.getSha256Digest();
        salted.update(salt);
        long bits = ByteBuffer.wrap(salted.digest(digest)).getLong() >>> 11;
        return bits * 0x1p-53 < share;
    }
}

package io.mdpo.scorer.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Bytes of a known number that are produced piece by piece, as often as somebody asks, so that what is larger than the heap,
 * or than an array can be, is published, saved and digested without ever standing in memory as a whole.
 */
public interface BlobSource {
    /** How many bytes there are. */
    long size();

    /**
     * Produces all of them, in pieces of a mebibyte at most.
     *
     * @throws IOException only what {@code out} throws
     */
    void writeTo(OutputStream out) throws IOException;

    /** Bytes that are in memory already. */
    static BlobSource of(byte[] bytes) {
        return new BlobSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }

    /** All of them at once: for small ones. */
    default byte[] bytes() {
        var bytes = new ByteArrayOutputStream(Math.toIntExact(size()));
        drainTo(bytes);
        return bytes.toByteArray();
    }

    /** SHA-256, hex. */
    default String sha256() {
        MessageDigest digest = DigestUtils.getSha256Digest();
        drainTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return Hex.encodeHexString(digest.digest());
    }

    private void drainTo(OutputStream memory) {
        try {
            writeTo(memory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.mdpo.ops.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.Topic;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The newest ids that were committed, at most a given number, the oldest forgotten first. Of each it keeps 128 bits of its
 * SHA-256, so an id takes about 100 bytes of heap, however long it is. Not thread-safe.
 */
final class RememberedIds {
    private final Set<Digest> digests = new LinkedHashSet<>();
    private final int most;

    RememberedIds(int most) {
        this.most = most;
    }

    /** Stands for an id of a topic. */
    record Digest(long high, long low) {
        static Digest of(Topic topic, String id) {
            var digest = DigestUtils.getSha256Digest();
            digest.update(topic.name().getBytes(UTF_8));
            var bytes = ByteBuffer.wrap(digest.digest(id.getBytes(UTF_8)));
            return new Digest(bytes.getLong(), bytes.getLong());
        }
    }

    boolean contains(Digest id) {
        return digests.contains(id);
    }

    void add(Digest id) {
        if (digests.add(id) && digests.size() > most) {
            var oldest = digests.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    int size() {
        return digests.size();
    }
}

package io.mdpo.ingest.pairing;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is due when, in a store whose keys are a time and an id. */
final class Timers {
    private static final byte[] NOTHING = {};

    private final KeyValueStore<Bytes, byte[]> store;

    /** Nothing is due before: the start of the store is full of what was deleted. */
    private long next;

    Timers(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** Sets, moves or clears; {@link Life#NEVER} is no time. */
    void move(Bytes id, long from, long to) {
        if (from == to) {
            return;
        }
        if (from != Life.NEVER) {
            store.delete(Keys.at(from, id));
        }
        if (to != Life.NEVER) {
            store.put(Keys.at(to, id), NOTHING);
            next = Math.min(next, to);
        }
    }

    /** What is due first, if anything is by now; it stays until it is moved. */
    Optional<Bytes> due(long now) {
        if (now < next) {
            return Optional.empty();
        }
        var after = now == Long.MAX_VALUE ? null : Bytes.wrap(Keys.time(now + 1));
        try (var all = store.range(Bytes.wrap(Keys.time(next)), after)) {
            if (all.hasNext()) {
                var key = all.next().key;
                next = ByteBuffer.wrap(key.get()).getLong();
                return Optional.of(Keys.afterTime(key));
            }
        }
        next = now == Long.MAX_VALUE ? now : now + 1;
        return Optional.empty();
    }

    /** Another processor may have set something. */
    void lookAgain() {
        next = 0;
    }
}

package io.mdpo.ingest;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Remembers keys for a window of time, each with the pair that came first.
 *
 * <p>Time is the stream time of the partition: the largest record timestamp so far, which Streams keeps with the
 * committed offsets. So what is a duplicate depends on the log alone, and a record that arrives late is compared with
 * everything its neighbours are compared with. A duplicate does not prolong the window.
 */
final class Deduplicator {
    private final WindowStore<Bytes, String> store;
    private final long windowMillis;

    Deduplicator(WindowStore<Bytes, String> store, Duration window) {
        this.store = store;
        this.windowMillis = window.toMillis();
    }

    /** The store that a processor must be connected to. */
    static StoreBuilder<WindowStore<Bytes, String>> store(String name, Duration window) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(name, window, window, false), Serdes.Bytes(), Serdes.String());
    }

    /** Who claimed the key within the window that ends at the stream time, if anyone did. */
    Optional<String> claimedBy(Bytes key, long streamTime) {
        try (var claims = store.fetch(key, Math.max(0, streamTime - windowMillis + 1), streamTime)) {
            return claims.hasNext() ? Optional.of(claims.next().value) : Optional.empty();
        }
    }

    void claim(Bytes key, String claimant, long streamTime) {
        store.put(key, claimant, streamTime);
    }
}

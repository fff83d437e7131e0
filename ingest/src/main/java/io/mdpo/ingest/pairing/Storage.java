package io.mdpo.ingest.pairing;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Where what waits lies. */
public enum Storage {
    /** RocksDB in the state folder, and a changelog topic. */
    DISK,
    /** The heap alone: for tests with a driver that commits after every record and keeps every changelog. */
    HEAP;

    <V> StoreBuilder<KeyValueStore<Bytes, V>> store(String name, Serde<V> values) {
        return switch (this) {
            case DISK -> Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), values);
            case HEAP ->
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), values)
                        .withLoggingDisabled();
        };
    }
}

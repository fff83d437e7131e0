package io.mdpo.ingest.pairing;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Where what waits lies; either way its changelog topic has it too. */
public enum Storage {
    /** RocksDB in the state folder. */
    DISK,
    /** The heap, for tests with a driver that commits after every record. */
    HEAP;

    <V> StoreBuilder<KeyValueStore<Bytes, V>> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(
                this == DISK ? Stores.persistentKeyValueStore(name) : Stores.inMemoryKeyValueStore(name),
                Serdes.Bytes(),
                values);
    }
}

package io.mdpo.ingest.gate;

import io.mdpo.gate.Gate;
import io.mdpo.gate.Source;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** A {@link RollingShare} for each gate and source of a partition, {@link Source#MOST} sources a gate and one for the rest. */
final class Shares {
    static final String STORE = "gate-shares";

    private final KeyValueStore<String, byte[]> store;

    Shares(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** In memory, and in a changelog: it holds some hundred kilobytes at most. */
    static StoreBuilder<KeyValueStore<String, byte[]>> store() {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray());
    }

    /** The name under which a source has its account with a gate. */
    String account(Gate gate, String source) {
        var name = Source.name(source);
        if (store.get(key(gate, name)) != null) {
            return name;
        }
        int accounts = 0;
        try (var all = store.prefixScan(gate.text() + ' ', Serdes.String().serializer())) {
            for (; all.hasNext(); all.next()) {
                accounts++;
            }
        }
        return accounts < Source.MOST ? name : Source.OTHER;
    }

    /** The share with one more bit. */
    RollingShare add(Gate gate, String account, boolean one, int window) {
        var share = share(gate, account, window);
        share.add(one);
        store.put(key(gate, account), share.write());
        return share;
    }

    RollingShare share(Gate gate, String account, int window) {
        var written = store.get(key(gate, account));
        return written == null ? RollingShare.empty(window) : RollingShare.read(written, window);
    }

    private static String key(Gate gate, String account) {
        return gate.text() + ' ' + account;
    }
}

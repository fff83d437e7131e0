package io.mdpo.ingest.pairing;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bound on the native memory of all stores of the process, where RocksDB's own settings give every store of every
 * partition a cache of its own. What waits lies on the disk. Kafka Streams makes an instance a store, so what they share is
 * static; it lives as long as the process.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    private static final long MEMORY_BYTES = 128 << 20;
    private static final long WRITE_BYTES = 64 << 20;

    /** A write buffer takes an interaction of the largest size. */
    private static final long BUFFER_BYTES = 16 << 20;

    static {
        RocksDB.loadLibrary();
    }

    private static final Cache CACHE = new LRUCache(MEMORY_BYTES);
    private static final WriteBufferManager WRITES = new WriteBufferManager(WRITE_BYTES, CACHE);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(CACHE);
            table.setCacheIndexAndFilterBlocks(true);
            options.setTableFormatConfig(table);
        }
        options.setWriteBufferManager(WRITES);
        options.setWriteBufferSize(BUFFER_BYTES);
    }

    @Override
    public void close(String storeName, Options options) {
        // What is shared stays.
    }
}

package org.apache.parquet;

import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.converter.ParquetMetadataConverter;

/**
 * How a Parquet file is read where there is no Hadoop. It lives in Parquet's package because the builder of
 * {@link ParquetReadOptions} loads Hadoop's codecs and input formats even for a plain configuration, and the constructor that
 * does not is package-private.
 */
public final class PlainReadOptions extends ParquetReadOptions {
    /** Largest piece in which a column is read, in bytes. */
    private static final int PIECE_BYTES = 8 << 20;

    /** Reads every row, and verifies the checksums of pages that have them. */
    @SuppressWarnings("NullAway") // Parquet takes null for no decryption
    public PlainReadOptions(CompressionCodecFactory codecs) {
        super(
                false, // useSignedStringMinMax
                false, // useStatsFilter
                false, // useDictionaryFilter
                false, // useRecordFilter
                false, // useColumnIndexFilter
                true, // usePageChecksumVerification
                false, // useBloomFilter
                false, // useOffHeapDecryptBuffer
                false, // useHadoopVectoredIo
                FilterCompat.NOOP,
                ParquetMetadataConverter.NO_FILTER,
                codecs,
                new HeapByteBufferAllocator(),
                PIECE_BYTES,
                Map.of(),
                null,
                null,
                new PlainParquetConfiguration());
    }
}

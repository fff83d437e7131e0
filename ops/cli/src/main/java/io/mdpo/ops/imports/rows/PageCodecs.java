package io.mdpo.ops.imports.rows;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Decompresses pages with the libraries that Kafka brings along; Parquet's own codecs need Hadoop. A page becomes exactly as
 * large as its header says, and no larger than it may be. Files are only read, so there is no compressor.
 */
final class PageCodecs implements CompressionCodecFactory {
    private final long maxPageBytes;

    PageCodecs(long maxPageBytes) {
        this.maxPageBytes = maxPageBytes;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Decompressor(codec);
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("Parquet files are only read here");
    }

    @Override
    public void release() {
        // Nothing is held.
    }

    private final class Decompressor implements BytesInputDecompressor {
        private final CompressionCodecName codec;

        Decompressor(CompressionCodecName codec) {
            this.codec = codec;
        }

        @Override
        public BytesInput decompress(BytesInput page, int size) throws IOException {
            if (codec == CompressionCodecName.UNCOMPRESSED) {
                return page;
            }
            if (size < 0 || size > maxPageBytes) {
                throw new IOException("a page claims to unfold to %d bytes, and at most %d are allowed"
                        .formatted(size, maxPageBytes));
            }
            var compressed = page.toInputStream().readAllBytes();
            try {
                return BytesInput.from(
                        switch (codec) {
                            case SNAPPY -> snappy(compressed, size);
                            case ZSTD -> Zstd.decompress(compressed, size);
                            case GZIP -> gzip(compressed, size);
                            default ->
                                throw new IOException(
                                        "it is compressed with %s: write it with Snappy, Zstandard or Gzip"
                                                .formatted(codec.name().toLowerCase(Locale.ROOT)));
                        });
            } catch (ZstdException e) {
                throw new IOException("a page cannot be decompressed: " + e.getMessage(), e);
            }
        }

        private static byte[] snappy(byte[] compressed, int size) throws IOException {
            int claimed = Snappy.uncompressedLength(compressed);
            if (claimed != size) {
                throw new IOException("a page unfolds to %d bytes, and its header says %d".formatted(claimed, size));
            }
            return Snappy.uncompress(compressed);
        }

        private static byte[] gzip(byte[] compressed, int size) throws IOException {
            try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
                var page = in.readNBytes(size);
                if (page.length != size || in.read() != -1) {
                    throw new IOException(
                            "a page does not unfold to the %d bytes that its header says".formatted(size));
                }
                return page;
            }
        }

        @Override
        public void decompress(ByteBuffer page, int compressedSize, ByteBuffer out, int size) {
            throw new UnsupportedOperationException("pages are read into the heap");
        }

        @Override
        public void release() {
            // Nothing is held.
        }
    }
}

package io.mdpo.ops.imports.rows;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The rows of one data file, in order. At most one row, or one row group of a Parquet file, is in memory at a time. */
public interface Rows extends AutoCloseable {
    /**
     * Largest row of a JSON file, in bytes: the largest record that a topic takes, with its images in base64, and as much
     * again for what is not taken over.
     */
    int MAX_ROW_BYTES = 48 << 20;

    /** The next row; empty at the end. */
    Optional<Row> next() throws IOException;

    /** How far in the file the rows so far reach, in bytes. */
    long bytesRead();

    @Override
    void close() throws IOException;

    /**
     * Opens a file; what kind it is, its first bytes tell.
     *
     * @param first number of the first row wanted, from 1; those before it are passed over cheaply
     * @param fields names of the top-level fields that are wanted; a Parquet file's other columns are not read
     * @throws OperatorException if it is of none of the kinds
     */
    static Rows open(Path file, long first, Set<String> fields) throws IOException {
        var start = start(file);
        if (start.startsWith(ParquetRows.MAGIC)) {
            return ParquetRows.open(file, first, fields);
        }
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        var text = start.replace("\uFEFF", "").stripLeading();
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || text.startsWith("{")) {
            return new JsonLines(file, first);
        }
        if (text.startsWith("[")) {
            return new JsonArray(file, first);
        }
        throw new OperatorException(
                "%s is neither Parquet nor a JSON array nor JSON Lines: unpack or convert it first".formatted(file));
    }

    private static String start(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(1 << 10), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}

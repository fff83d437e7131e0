package io.mdpo.ops.imports.rows;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file, read a row group at a time: as a row group is what a file's writer kept in memory at once, it can
 * be held to a share of this process's heap, and its footer tells its size before any of it is read.
 */
final class ParquetRows implements Rows {
    static final String MAGIC = "PAR1";

    private final Path file;
    private final long fileBytes;
    private final long maxGroupBytes;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private int group = -1;
    private @Nullable RecordReader<Group> records;
    private long left;
    private long row;

    private ParquetRows(Path file, long fileBytes, long maxGroupBytes, ParquetFileReader reader, Set<String> fields) {
        this.file = file;
        this.fileBytes = fileBytes;
        this.maxGroupBytes = maxGroupBytes;
        this.reader = reader;
        var all = reader.getFileMetaData().getSchema();
        this.schema = new MessageType(
                all.getName(),
                all.getFields().stream()
                        .filter(field -> fields.contains(field.getName()))
                        .toList());
        reader.setRequestedSchema(schema);
    }

    static ParquetRows open(Path file, long first, Set<String> fields) throws IOException {
        return open(file, first, fields, Runtime.getRuntime().maxMemory() / 2);
    }

    /** @param maxGroupBytes most bytes of a row group, as it is stored and unfolded, both */
    static ParquetRows open(Path file, long first, Set<String> fields, long maxGroupBytes) throws IOException {
        ParquetFileReader reader;
        try {
            reader = new ParquetFileReader(
                    new LocalInputFile(file), new PlainReadOptions(new PageCodecs(maxGroupBytes)));
        } catch (RuntimeException e) {
            throw new OperatorException("%s is no whole Parquet file: %s".formatted(file, e.getMessage()), e);
        }
        var rows = new ParquetRows(file, Files.size(file), maxGroupBytes, reader, fields);
        rows.skipTo(first);
        return rows;
    }

    private void skipTo(long first) throws IOException {
        var groups = reader.getRowGroups();
        while (group + 1 < groups.size() && row + groups.get(group + 1).getRowCount() < first) {
            row += groups.get(++group).getRowCount();
        }
        while (row + 1 < first && next().isPresent()) {
            // Within a row group, rows follow one another in pages and cannot be jumped over.
        }
    }

    @Override
    public Optional<Row> next() throws IOException {
        while (left == 0) {
            if (group + 1 == reader.getRowGroups().size()) {
                return Optional.empty();
            }
            var unreadable = openGroup();
            if (unreadable.isPresent()) {
                return unreadable;
            }
        }
        row++;
        left--;
        var place = new Place(file, row, OptionalLong.empty());
        try {
            return Optional.of(new Row.Sound(
                    place, ParquetTree.of(Objects.requireNonNull(records).read())));
        } catch (RuntimeException e) { // the library reports damage by exceptions of many kinds
            return Optional.of(abandonGroup(e));
        }
    }

    private Optional<Row> openGroup() throws IOException {
        var next = reader.getRowGroups().get(++group);
        requireRoom(next);
        left = next.getRowCount();
        try {
            records = new ColumnIOFactory()
                    .getColumnIO(schema)
                    .getRecordReader(reader.readRowGroup(group), new GroupRecordConverter(schema));
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            row++;
            left--;
            return Optional.of(abandonGroup(e));
        }
    }

    private Row abandonGroup(Exception damage) {
        var place = new Place(file, row, OptionalLong.empty());
        row += left;
        left = 0;
        return new Row.Unreadable(
                place,
                "%s; the rest of row group %d, up to row %d, cannot be read"
                        .formatted(rootMessage(damage), group + 1, row));
    }

    private static String rootMessage(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    }

    /** Its pages as they are stored are in memory at once, and unfolded at most all of them. */
    private void requireRoom(BlockMetaData next) {
        long bytes = next.getColumns().stream()
                .filter(column -> schema.containsField(column.getPath().toArray()[0]))
                .mapToLong(column -> column.getTotalSize() + column.getTotalUncompressedSize())
                .sum();
        if (bytes > maxGroupBytes) {
            throw new OperatorException(
                    ("%s: row group %d takes %d MB of memory, and half of the heap is %d MB: give more with "
                                    + "MDPO_JAVA_OPTS=-Xmx%dm, or write the file with smaller row groups")
                            .formatted(file, group + 1, bytes >> 20, maxGroupBytes >> 20, (bytes >> 19) + 256));
        }
    }

    @Override
    public long bytesRead() {
        long rows = reader.getRecordCount();
        return rows == 0 ? fileBytes : (long) (fileBytes * ((double) row / rows));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}

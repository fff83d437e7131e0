package io.mdpo.ops.imports;

import io.mdpo.ops.imports.rows.Place;
import java.nio.file.Path;
import java.util.List;

/**
 * A row to begin with: {@code data/train-00003.parquet:1201}.
 *
 * @param file as it is named among the data files
 * @param row its number, from 1
 */
public record Position(Path file, long row) {
    /** Where a row stands. */
    public static Position of(Place place) {
        return new Position(place.file(), place.row());
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public static Position parse(String text) {
        int colon = text.lastIndexOf(':');
        var row = text.substring(colon + 1);
        if (colon < 1 || !row.matches("[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("'%s' is no row to begin with: write FILE:ROW".formatted(text));
        }
        return new Position(Path.of(text.substring(0, colon)), Long.parseLong(row));
    }

    /**
     * Where the file stands among those that are imported.
     *
     * @throws IllegalArgumentException with a sentence, if it is none of them
     */
    public int indexIn(List<Path> files) {
        int index = files.stream().map(Path::normalize).toList().indexOf(file.normalize());
        if (index < 0) {
            throw new IllegalArgumentException("%s is none of the files that are imported".formatted(file));
        }
        return index;
    }

    @Override
    public String toString() {
        return file + ":" + row;
    }
}

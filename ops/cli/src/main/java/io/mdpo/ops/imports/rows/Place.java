package io.mdpo.ops.imports.rows;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Where a row stands.
 *
 * @param file the data file, as it was named
 * @param row its number in the file, from 1; in JSON Lines that of its line
 * @param line the line on which it begins; empty for Parquet, which has none
 */
public record Place(Path file, long row, OptionalLong line) {
    @Override
    public String toString() {
        if (line.isEmpty()) {
            return "%s, row %d".formatted(file, row);
        }
        var place = "%s:%d".formatted(file, line.getAsLong());
        return line.getAsLong() == row ? place : "%s (row %d)".formatted(place, row);
    }
}

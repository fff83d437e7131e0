package io.mdpo.lab.benchmark;

import java.nio.file.Path;

/**
 * Where something stands.
 *
 * @param line counted from 1; 0 means the whole file
 */
public record Place(Path file, int line) {
    public Place {
        if (line < 0) {
            throw new IllegalArgumentException("line is " + line);
        }
    }

    /** A whole file. */
    public static Place of(Path file) {
        return new Place(file, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file.toString() : file + ":" + line;
    }
}

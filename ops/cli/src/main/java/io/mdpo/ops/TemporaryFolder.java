package io.mdpo.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A new folder that is deleted, with all that is in it, when it is closed. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;

    /** @param name what the folder's name begins with */
    public TemporaryFolder(String name) {
        try {
            path = Files.createTempDirectory(name);
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary folder cannot be made", e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try (var paths = Files.walk(path)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}

package io.mdpo.ops.imports;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The data files that somebody named, in the order in which they are read. */
public final class DataFiles {
    private static final Set<String> ENDINGS = Set.of(".json", ".jsonl", ".ndjson", ".parquet");

    private DataFiles() {}

    /**
     * Every file as it was named, and of every folder the data files directly in it, by name.
     *
     * @throws OperatorException if one is not there, or a folder has none
     */
    public static List<Path> of(List<Path> paths) {
        var files = new ArrayList<Path>();
        for (var path : paths) {
            if (Files.isDirectory(path)) {
                files.addAll(inFolder(path));
            } else if (Files.isReadable(path)) {
                files.add(path);
            } else {
                throw new OperatorException("%s is no file that can be read".formatted(path));
            }
        }
        return List.copyOf(files);
    }

    private static List<Path> inFolder(Path folder) {
        try (var entries = Files.list(folder)) {
            var files = entries.filter(DataFiles::isData).sorted().toList();
            if (files.isEmpty()) {
                throw new OperatorException("there is no .json, .jsonl or .parquet file in %s".formatted(folder));
            }
            return files;
        } catch (IOException e) {
            throw new OperatorException("%s cannot be listed: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static boolean isData(Path file) {
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
    }

    /** Bytes of a file. */
    public static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new OperatorException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}

package io.mdpo.lab.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Preference pairs about training scenes, one JSON object a line, gzip. The picture is drawn anew from its number. */
public final class PairFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PairFile() {}

    /**
     * One pair.
     *
     * @param scene number of the training scene under the demonstration's scene seed
     * @param kind how the rejected answer was made
     */
    public record Line(long scene, String kind, String prompt, String chosen, String rejected) {}

    public static List<Line> read(Path file) {
        ObjectReader reader = JSON.readerFor(Line.class);
        try (var in = new GZIPInputStream(Files.newInputStream(file));
                var lines = reader.<Line>readValues(in)) {
            return lines.readAll();
        } catch (IOException e) {
            throw new OperatorException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    public static void write(Path file, List<Line> pairs) {
        ObjectWriter writer = JSON.writerFor(Line.class).withRootValueSeparator("\n");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file));
                var lines = writer.writeValues(out)) {
            lines.writeAll(pairs);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}

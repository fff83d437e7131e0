package io.mdpo.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Path;

/** A command's result as a JSON file. */
public final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    /** Writes the file, or says why it cannot. */
    public static void write(Path file, Object result) {
        try {
            JSON.writeValue(file.toFile(), result);
        } catch (IOException e) {
            throw new OperatorException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
        }
    }
}

package io.mdpo.lab.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Results as files, so that an experiment that was stopped goes on where it was. */
final class RunStore {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;

    RunStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new OperatorException("%s cannot be made: %s".formatted(directory, e.getMessage()), e);
        }
    }

    Optional<RunResult> find(String id) {
        var file = file(id);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), RunResult.class));
        } catch (IOException e) {
            throw new OperatorException(
                    "%s is not a result; delete it to make it again: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Returns what was saved. */
    RunResult save(RunResult result) {
        var half = directory.resolve(result.id() + ".part");
        try {
            JSON.writeValue(half.toFile(), result);
            Files.move(half, file(result.id()), StandardCopyOption.ATOMIC_MOVE);
            return result;
        } catch (IOException e) {
            throw new OperatorException("%s cannot be written: %s".formatted(half, e.getMessage()), e);
        }
    }

    private Path file(String id) {
        return directory.resolve(id + ".json");
    }
}

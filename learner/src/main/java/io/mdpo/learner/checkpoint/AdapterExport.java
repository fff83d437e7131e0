package io.mdpo.learner.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.scorer.vlm.PeftAdapter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The adapter of a checkpoint as a directory that PEFT and vLLM read. */
public final class AdapterExport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CheckpointStore store;
    private final Checkpoint checkpoint;

    public AdapterExport(CheckpointStore store, Checkpoint checkpoint) {
        this.store = store;
        this.checkpoint = checkpoint;
    }

    /**
     * Writes both files, each under another name first, so that a reader never sees half of one. What cannot be written to
     * its end is taken away again: the directory can be used for another attempt.
     *
     * @param directory new or empty: serving engines cache adapters by their path
     * @param base what {@code base_model_name_or_path} shall say
     * @throws IllegalArgumentException there are files in the directory
     * @throws CorruptCheckpointException a chunk is missing or altered
     */
    public void write(Path directory, Optional<String> base) {
        try {
            Files.createDirectories(directory);
            try (var files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new IllegalArgumentException(
                            "%s is not empty; export every checkpoint to a directory of its own".formatted(directory));
                }
            }
            var config = (ObjectNode) JSON.readTree(checkpoint.getAdapterConfig());
            base.ifPresent(name -> config.put("base_model_name_or_path", name));
            move(directory, PeftAdapter.WEIGHTS_FILE, out -> store.read(checkpoint, BlobNames.ADAPTER, out));
            try {
                var json = (config.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
                move(directory, PeftAdapter.CONFIG_FILE, out -> out.write(json));
            } catch (IOException e) {
                Files.deleteIfExists(directory.resolve(PeftAdapter.WEIGHTS_FILE));
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    /** What writes a file. */
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static void move(Path directory, String name, Content content) throws IOException {
        var half = directory.resolve(name + ".part");
        try {
            try (var out = Files.newOutputStream(half)) {
                content.writeTo(out);
            }
            Files.move(half, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(half);
            throw e;
        }
    }
}

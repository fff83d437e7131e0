package io.mdpo.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A tiny model of every family: the ones of the golden tests, in the files of the released models. */
final class TinyModels {
    static final List<String> FAMILIES = List.of("llava", "bunny", "qwen2_5_vl", "idefics3");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN =
            Path.of(System.getProperty("mdpo.home"), "..", "scorer", "src", "test", "resources", "golden");

    private TinyModels() {}

    static Path of(String family) {
        return GOLDEN.resolve(family).resolve("model").normalize();
    }

    /**
     * A copy whose preprocessing and context are those of the released Qwen2.5-VL. One layer of its tower lets every patch see
     * every other, with one head: what that takes grows with heads and layers, and the released tower has 16 in 4 layers.
     */
    static Path qwenOfAnyResolution(Path directory) {
        copy(of("qwen2_5_vl"), directory);
        change(directory.resolve("preprocessor_config.json"), config -> {
            config.put("min_pixels", 3_136).put("max_pixels", 12_845_056);
            config.remove("size");
        });
        change(directory.resolve("config.json"), config -> {
            config.put("max_position_embeddings", 128_000);
            var vision = (ObjectNode) config.path("vision_config");
            vision.put("num_heads", 1).putArray("fullatt_block_indexes").add(1);
        });
        return directory;
    }

    private static void copy(Path from, Path to) {
        try (var files = Files.list(from)) {
            Files.createDirectories(to);
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void change(Path file, Consumer<ObjectNode> change) {
        try {
            var json = (ObjectNode) JSON.readTree(file.toFile());
            change.accept(json);
            JSON.writeValue(file.toFile(), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

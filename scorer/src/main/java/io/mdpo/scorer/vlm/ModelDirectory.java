package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.torch.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A model in the directory format of Hugging Face: configuration, (sharded) safetensors, tokenizer, preprocessor. */
final class ModelDirectory {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    ModelDirectory(Path directory) {
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            throw new ModelFormatException(
                    "%s is not a directory; give a model directory that holds %s".formatted(directory, CONFIG));
        }
    }

    JsonNode config() {
        return json(CONFIG);
    }

    JsonNode preprocessorConfig() {
        return json(PREPROCESSOR);
    }

    Path tokenizer() {
        return file(TOKENIZER);
    }

    /** Maps the tensors that the family reads, as fp32, after checking that each is there with its shape. */
    Map<String, NDArray> weights(NDManager manager, ModelFamily family) {
        var files = weightFiles();
        var problems = new ArrayList<String>();
        var found = new LinkedHashMap<String, Shape>();
        for (var file : files) {
            Safetensors.entries(file).forEach((name, entry) -> found.put(name, entry.shape()));
        }
        family.tensors().forEach((name, shape) -> {
            var actual = found.get(name);
            if (actual == null) {
                problems.add("tensor %s is missing".formatted(name));
            } else if (!actual.equals(shape)) {
                problems.add("tensor %s has shape %s, config.json asks for %s".formatted(name, actual, shape));
            }
        });
        if (!problems.isEmpty()) {
            throw new ModelFormatException("%s does not fit its config.json as a %s model: %s%s"
                    .formatted(
                            directory,
                            family.name(),
                            String.join("; ", problems.subList(0, Math.min(5, problems.size()))),
                            problems.size() > 5 ? "; and %d more".formatted(problems.size() - 5) : ""));
        }
        var weights = new LinkedHashMap<String, NDArray>();
        for (var file : files) {
            Safetensors.read(manager, file).forEach((name, tensor) -> {
                if (family.tensors().containsKey(name)) {
                    weights.put(name, tensor);
                } else {
                    tensor.close();
                }
            });
        }
        return weights;
    }

    /**
     * Names what decides log-probabilities: every configuration file, the tokenizer, the weights, and how this version of
     * the code uses them.
     */
    String fingerprint(String codeVersion) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(codeVersion.getBytes(StandardCharsets.UTF_8));
            for (var file : weightFiles()) {
                update(digest, file);
            }
            for (var name : List.of(CONFIG, PREPROCESSOR, TOKENIZER)) {
                update(digest, file(name));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(MessageDigest digest, Path file) {
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> weightFiles() {
        if (!Files.exists(directory.resolve(INDEX))) {
            return List.of(file(WEIGHTS));
        }
        var shards = new TreeSet<String>();
        json(INDEX).path("weight_map").forEach(shard -> shards.add(shard.asText()));
        return shards.stream().map(this::file).toList();
    }

    private JsonNode json(String name) {
        try (InputStream in = Files.newInputStream(file(name))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new ModelFormatException("%s is not readable JSON: %s".formatted(file(name), e.getMessage()), e);
        }
    }

    private Path file(String name) {
        var file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException("%s is missing; copy the complete model directory".formatted(file));
        }
        return file;
    }
}

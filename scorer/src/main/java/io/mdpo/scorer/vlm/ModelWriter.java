package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.scorer.family.ModelFamilies;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes model directories that this project and Hugging Face transformers both load. */
public final class ModelWriter {
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private ModelWriter() {}

    /**
     * Writes configuration and freshly drawn weights: norms one, biases zero, everything else normal with variance
     * 1 / fan-in. The tokenizer is not written.
     *
     * @param config config.json of a supported family
     * @param seed decides every weight
     */
    public static void initialise(Path directory, JsonNode config, JsonNode preprocessorConfig, long seed) {
        writeJson(directory.resolve("config.json"), config);
        writeJson(directory.resolve("preprocessor_config.json"), preprocessorConfig);
        var random = new SplittableRandom(seed);
        try (var manager = Torch.newManager()) {
            var weights = new LinkedHashMap<String, NDArray>();
            ModelFamilies.of(config)
                    .tensors()
                    .forEach((name, shape) -> weights.put(name, draw(manager, name, shape, random)));
            writeWeights(directory, weights, "F32");
        }
    }

    /**
     * Writes {@code model.safetensors}.
     *
     * @param dtype F32 or F16
     */
    public static void writeWeights(Path directory, Map<String, NDArray> weights, String dtype) {
        write(directory.resolve("model.safetensors"), Safetensors.write(weights, METADATA, dtype));
    }

    private static NDArray draw(NDManager manager, String name, Shape shape, SplittableRandom random) {
        if (shape.dimension() == 1 && !name.endsWith("class_embedding")) {
            return name.endsWith(".bias") ? manager.zeros(shape) : manager.ones(shape);
        }
        double deviation = Math.sqrt((double) shape.get(0) / shape.size());
        if (name.contains("embed") && !name.contains("patch")) {
            deviation = 0.05;
        }
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return manager.create(values, shape);
    }

    /** Writes a JSON file of a model directory. */
    public static void writeJson(Path file, JsonNode json) {
        write(file, BlobSource.of((json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static void write(Path file, BlobSource bytes) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (var out = Files.newOutputStream(file)) {
                bytes.writeTo(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}

package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.family.LanguageModel.LinearLayer;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.torch.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A LoRA adapter in PEFT's directory format: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 *
 * @param rank inner dimension r
 * @param alpha lora_alpha
 * @param scale by which the low-rank product is multiplied
 * @param targets kinds of the layers that it has, such as {@code q_proj}, sorted
 * @param tensors by the names that the model's program reads
 * @param digest SHA-256 (hex) over the digests of both files
 */
public record PeftAdapter(
        int rank, double alpha, double scale, List<String> targets, Map<String, NDArray> tensors, String digest) {
    public static final String CONFIG_FILE = "adapter_config.json";
    public static final String WEIGHTS_FILE = "adapter_model.safetensors";

    private static final String ROOT = "base_model.model.";
    private static final ObjectMapper JSON = new ObjectMapper();

    public PeftAdapter {
        targets = List.copyOf(targets);
        tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Reads an adapter for a model.
     *
     * @param manager owns the tensors
     * @throws ModelFormatException a file is missing or damaged, or the adapter is not for this model
     */
    public static PeftAdapter read(NDManager manager, ModelFamily family, Path directory) {
        var config = config(directory.resolve(CONFIG_FILE));
        var weights = directory.resolve(WEIGHTS_FILE);
        int rank = config.path("r").asInt();
        double alpha = config.path("lora_alpha").asDouble();
        double scale = config.path("use_rslora").asBoolean() ? alpha / Math.sqrt(rank) : alpha / rank;
        try {
            var tensors = tensors(copied(manager, weights), family);
            var targets = checkedTargets(tensors, family, rank);
            return new PeftAdapter(
                    rank,
                    alpha,
                    scale,
                    targets,
                    tensors,
                    DigestUtils.sha256Hex(sha256(directory.resolve(CONFIG_FILE)) + sha256(weights)));
        } catch (UncheckedIOException e) {
            throw unreadable(weights, Objects.requireNonNull(e.getCause()));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(
                    "%s is no adapter for this %s model: %s".formatted(directory, family.name(), e.getMessage()), e);
        }
    }

    /**
     * The tensors of a file, which may be larger than the heap. Not mapped as a model's are: an adapter's folder is written
     * again, and who has it in use must not see that.
     */
    private static Map<String, NDArray> copied(NDManager manager, Path file) {
        try (var mapped = manager.newSubManager()) {
            var copies = new TreeMap<String, NDArray>();
            Safetensors.read(mapped, file).forEach((name, tensor) -> {
                var copy = tensor.duplicate();
                copy.attach(manager);
                copies.put(name, copy);
            });
            return copies;
        }
    }

    private static String sha256(Path file) {
        try {
            return new DigestUtils(DigestUtils.getSha256Digest()).digestAsHex(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The reference that is a model with this adapter. */
    public ReferenceId reference(ReferenceId model) {
        return model.with("adapter", digest);
    }

    /** The name of a program's adapter tensor in PEFT's file. */
    public static String fileName(ModelFamily family, String tensor) {
        int end = tensor.indexOf(".lora_");
        return ROOT + family.peftModule(tensor.substring(0, end)) + tensor.substring(end);
    }

    /**
     * Gives the tensors of a PEFT file the names that the model's program reads. Names of older transformers versions,
     * in which modules were called as in the weight files, are understood too.
     *
     * @throws IllegalArgumentException a tensor is none of this model's
     */
    public static Map<String, NDArray> tensors(Map<String, NDArray> file, ModelFamily family) {
        var known = new HashMap<String, String>();
        for (var layer : family.languageModel().linearLayers()) {
            for (var part : List.of(".lora_A.weight", ".lora_B.weight")) {
                known.put(ROOT + layer.name() + part, layer.name() + part);
                known.put(fileName(family, layer.name() + part), layer.name() + part);
            }
        }
        var tensors = new TreeMap<String, NDArray>();
        file.forEach((name, tensor) -> {
            var own = known.get(name);
            if (own == null) {
                throw new IllegalArgumentException("the model has no layer for the adapter tensor %s; its first is %s"
                        .formatted(
                                name,
                                fileName(
                                        family,
                                        family.languageModel()
                                                        .linearLayers()
                                                        .get(0)
                                                        .name() + ".lora_A.weight")));
            }
            tensors.put(own, tensor);
        });
        return tensors;
    }

    private static List<String> checkedTargets(Map<String, NDArray> tensors, ModelFamily family, int rank) {
        var targets = new TreeSet<String>();
        var problems = new ArrayList<String>();
        for (LinearLayer layer : family.languageModel().linearLayers()) {
            var a = tensors.get(layer.name() + ".lora_A.weight");
            var b = tensors.get(layer.name() + ".lora_B.weight");
            if (a == null && b == null) {
                continue;
            }
            targets.add(layer.kind());
            var shapeA = new Shape(rank, layer.in());
            var shapeB = new Shape(layer.out(), rank);
            if (a == null
                    || b == null
                    || !a.getShape().equals(shapeA)
                    || !b.getShape().equals(shapeB)) {
                problems.add("layer %s needs lora_A %s and lora_B %s".formatted(layer.name(), shapeA, shapeB));
            }
        }
        for (LinearLayer layer : family.languageModel().linearLayers()) {
            if (targets.contains(layer.kind()) && !tensors.containsKey(layer.name() + ".lora_A.weight")) {
                problems.add("layer %s has no adapter, others of its kind have".formatted(layer.name()));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.get(0) + (problems.size() > 1 ? "; and %d more".formatted(problems.size() - 1) : ""));
        }
        return List.copyOf(targets);
    }

    private static JsonNode config(Path file) {
        JsonNode config;
        try {
            config = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new ModelFormatException("%s is not readable JSON: %s".formatted(file, e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (config.path("r").asInt() < 1 || !(config.path("lora_alpha").asDouble() > 0)) {
            throw new ModelFormatException("%s: r and lora_alpha have to be above 0".formatted(file));
        }
        for (var unsupported : List.of("use_dora", "fan_in_fan_out", "lora_bias")) {
            if (config.path(unsupported).asBoolean()) {
                throw new ModelFormatException("%s: %s is not supported".formatted(file, unsupported));
            }
        }
        for (var empty : List.of("rank_pattern", "alpha_pattern", "modules_to_save")) {
            if (!config.path(empty).isEmpty()) {
                throw new ModelFormatException("%s: %s is not supported; it has to be empty".formatted(file, empty));
            }
        }
        if (!config.path("bias").asText("none").equals("none")) {
            throw new ModelFormatException("%s: bias is supported as none only".formatted(file));
        }
        return config;
    }

    private static ModelFormatException unreadable(Path file, IOException cause) {
        return new ModelFormatException(
                "%s cannot be read; give a directory that PEFT's save_pretrained wrote".formatted(file), cause);
    }
}

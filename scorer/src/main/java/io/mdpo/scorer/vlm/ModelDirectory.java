package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.mdpo.scorer.family.ModelFamilies;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.text.ChatTemplate;
import io.mdpo.scorer.text.Tokenizer;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.Safetensors.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A model in the directory format of Hugging Face: configuration, (sharded) safetensors, tokenizer, preprocessor. */
final class ModelDirectory {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final Set<String> READABLE = Set.of("F32", "F16", "BF16");

    /** Larger weights stay in their file: a copy in fp32 would take twice its memory. */
    private static final long CONVERTED_AT_ONCE = 256L << 20;

    private static final String INDEX = "model.safetensors.index.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final long convertedAtOnce;

    ModelDirectory(Path directory) {
        this(directory, CONVERTED_AT_ONCE);
    }

    /** @param convertedAtOnce weights up to this size get the model's precision when they are opened, in bytes */
    ModelDirectory(Path directory, long convertedAtOnce) {
        this.directory = directory;
        this.convertedAtOnce = convertedAtOnce;
        if (!Files.isDirectory(directory)) {
            throw new ModelFormatException(
                    "%s is not a directory; give a model directory that holds %s".formatted(directory, CONFIG));
        }
    }

    JsonNode config() {
        return json(CONFIG);
    }

    /** The family that {@code config.json} names. */
    ModelFamily family() {
        return ModelFamilies.of(config());
    }

    ImageProcessor imageProcessor(ModelFamily family) {
        try {
            return family.imageProcessor(optionalJson(PREPROCESSOR));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(String.valueOf(e.getMessage()), e);
        }
    }

    Tokenizer tokenizer() {
        try {
            return new Tokenizer(file(TOKENIZER), optionalJson(TOKENIZER_CONFIG));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Refuses a tokenizer that does not know the family's image token. */
    void checkTokens(ModelFamily family, Tokenizer tokenizer) {
        if (family.imageToken() < 0) {
            return; // Spliced in by its number, never written.
        }
        long[] image = tokenizer.part(family.imagePlaceholder());
        if (LongStream.of(image).noneMatch(id -> id == family.imageToken())) {
            throw new ModelFormatException(
                    "%s gives the image's placeholder %s the ids %s, config.json says that the image token is %d; take both files from one model"
                            .formatted(
                                    directory.resolve(TOKENIZER),
                                    family.imagePlaceholder(),
                                    Arrays.toString(image),
                                    family.imageToken()));
        }
    }

    /** Id that closes an answer: the end-of-sequence token of tokenizer_config.json, or else of config.json. */
    long endOfTurn(ModelFamily family, Tokenizer tokenizer) {
        var token = templateTokens().getOrDefault("eos_token", "");
        return token.isEmpty()
                ? family.languageModel().endOfTurn()
                : tokenizer.specialToken(token).orElseGet(family.languageModel()::endOfTurn);
    }

    /** The special tokens of tokenizer_config.json that chat templates may write. */
    Map<String, String> templateTokens() {
        var config = optionalJson(TOKENIZER_CONFIG);
        var tokens = new LinkedHashMap<String, String>();
        for (var name : List.of("bos_token", "eos_token")) {
            tokens.put(name, Tokenizer.text(config.path(name)));
        }
        return tokens;
    }

    /** The model's chat template, or its family's where the directory has none. */
    ChatTemplate chatTemplate(ModelFamily family) {
        return new ChatTemplate(templateSource(family), templateTokens());
    }

    String templateSource(ModelFamily family) {
        return templateSource().orElseGet(family::defaultChatTemplate);
    }

    /** The chat template, wherever this version of transformers has put it. */
    private Optional<String> templateSource() {
        var jinja = directory.resolve("chat_template.jinja");
        if (Files.isRegularFile(jinja)) {
            try {
                return Optional.of(Files.readString(jinja));
            } catch (IOException e) {
                throw new ModelFormatException("%s is not readable: %s".formatted(jinja, e.getMessage()), e);
            }
        }
        for (var name : List.of("chat_template.json", TOKENIZER_CONFIG)) {
            var template = optionalJson(name).path("chat_template");
            if (template.isTextual()) {
                return Optional.of(template.asText());
            }
            for (var named : template) {
                if (named.path("name").asText().equals("default")) {
                    return Optional.of(named.path("template").asText());
                }
            }
        }
        return Optional.empty();
    }

    /** Where a tensor lies. */
    record StoredTensor(Path file, Safetensors.Entry entry) {}

    /** Every tensor of every weight file. */
    Map<String, StoredTensor> storedTensors() {
        var stored = new LinkedHashMap<String, StoredTensor>();
        for (var file : weightFiles()) {
            try {
                Safetensors.entries(file).forEach((name, entry) -> stored.put(name, new StoredTensor(file, entry)));
            } catch (IllegalArgumentException | UncheckedIOException e) {
                throw new ModelFormatException(String.valueOf(e.getMessage()), e);
            }
        }
        return stored;
    }

    /** What keeps the weight files from being the family's, a sentence each. */
    List<String> problems(ModelFamily family) {
        var problems = new ArrayList<String>();
        var stored = storedTensors();
        family.tensors().forEach((name, shape) -> {
            var actual = stored.get(name);
            if (actual == null) {
                problems.add("tensor %s is missing".formatted(name));
            } else if (!actual.entry().shape().equals(shape)) {
                problems.add("%s: tensor %s has shape %s, config.json asks for %s"
                        .formatted(
                                actual.file().getFileName(),
                                name,
                                actual.entry().shape(),
                                shape));
            } else if (!READABLE.contains(actual.entry().dtype())) {
                problems.add("%s: tensor %s has the element type %s; supported are %s"
                        .formatted(
                                actual.file().getFileName(),
                                name,
                                actual.entry().dtype(),
                                READABLE));
            }
        });
        return problems;
    }

    /** What working with the model takes, before it is opened. */
    MemoryEstimate memory(ModelFamily family, ComputeDevice device) {
        var wanted = wanted(family);
        long parameters = wanted.values().stream()
                .mapToLong(tensor -> tensor.entry().shape().size())
                .sum();
        boolean asStored = storage(bytes(wanted), device) == Storage.AS_STORED;
        long kept = asStored ? bytes(wanted) : parameters * device.precision().bytes();
        return new MemoryEstimate(family.languageModel(), kept, parameters, device.precision());
    }

    private Map<String, StoredTensor> wanted(ModelFamily family) {
        var wanted = new LinkedHashMap<>(storedTensors());
        wanted.keySet().retainAll(family.tensors().keySet());
        return wanted;
    }

    private static long bytes(Map<String, StoredTensor> tensors) {
        return tensors.values().stream()
                .mapToLong(tensor -> tensor.entry().bytes())
                .sum();
    }

    private Storage storage(long bytes, ComputeDevice device) {
        var converted = device.precision() == Precision.BF16 ? Storage.BFLOAT16 : Storage.FLOAT32;
        return device.isCuda() || bytes <= convertedAtOnce ? converted : Storage.AS_STORED;
    }

    /** Maps the tensors that the family reads, after checking that each is there with its shape. */
    ModelWeights weights(NDManager manager, ModelFamily family, ComputeDevice device) {
        var problems = problems(family);
        if (!problems.isEmpty()) {
            throw new ModelFormatException("%s does not fit its config.json as a %s model: %s%s; fetch the files again"
                    .formatted(
                            directory,
                            family.name(),
                            String.join("; ", problems.subList(0, Math.min(5, problems.size()))),
                            problems.size() > 5 ? "; and %d more".formatted(problems.size() - 5) : ""));
        }
        var wanted = wanted(family);
        var storage = storage(bytes(wanted), device);
        var weights = new LinkedHashMap<String, NDArray>();
        for (var file : weightFiles()) {
            weights.putAll(Safetensors.read(manager, file, wanted::containsKey, storage));
        }
        var bits = new LinkedHashMap<String, NDArray>();
        if (storage == Storage.AS_STORED) {
            bits.putAll(weights);
            wanted.values().removeIf(tensor -> !tensor.entry().dtype().equals("BF16"));
            bits.keySet().retainAll(wanted.keySet());
            weights.keySet().removeAll(bits.keySet());
        }
        return new ModelWeights(weights, bits);
    }

    /** The files that decide log-probabilities. */
    List<Path> referenceFiles() {
        var files = new ArrayList<>(weightFiles());
        Stream.of(CONFIG, PREPROCESSOR, TOKENIZER)
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .forEach(files::add);
        return files;
    }

    private List<Path> weightFiles() {
        if (!Files.exists(directory.resolve(INDEX))) {
            return List.of(file(WEIGHTS));
        }
        var shards = new TreeSet<String>();
        json(INDEX).path("weight_map").forEach(shard -> shards.add(shard.asText()));
        if (shards.isEmpty()) {
            throw new ModelFormatException("%s names no shards; fetch it again".formatted(directory.resolve(INDEX)));
        }
        return shards.stream().map(this::shard).toList();
    }

    private Path shard(String name) {
        var shard = directory.resolve(name).normalize();
        if (!directory.normalize().equals(shard.getParent())) {
            throw new ModelFormatException(
                    "%s names the shard %s, which is outside the directory".formatted(directory.resolve(INDEX), name));
        }
        if (!Files.isRegularFile(shard)) {
            throw new ModelFormatException("%s is missing, and %s names it; fetch this shard".formatted(shard, INDEX));
        }
        return shard;
    }

    private JsonNode optionalJson(String name) {
        return Files.isRegularFile(directory.resolve(name)) ? json(name) : MissingNode.getInstance();
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

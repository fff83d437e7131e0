package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.image.ImageCorruption;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The golden files of one family, made with transformers; see {@code golden/README.md}. */
final class Golden implements AutoCloseable {
    static final Path ROOT = Path.of("src/test/resources/golden");
    static final List<String> FAMILIES = List.of("llava", "bunny", "qwen2_5_vl", "idefics3");

    private static final ObjectMapper JSON = new ObjectMapper();

    final VisionLanguageModel model;
    final JsonNode json;
    private final Map<String, NDArray> tensors;
    private final String family;

    /** One case of golden.json. */
    record Case(String name, JsonNode json) {
        RgbImage image() {
            return Golden.image(json.path("image").asText());
        }

        RgbImage cropped() {
            var crop = json.path("crop");
            return ImageCorruption.apply(
                    new Corruption(
                            0,
                            "crop",
                            0L,
                            crop.path("left").asInt(),
                            crop.path("top").asInt(),
                            crop.path("width").asInt(),
                            crop.path("height").asInt(),
                            0.0),
                    name,
                    image(),
                    Optional.empty());
        }

        /** The turns, with the image, if there is one, before the first text of the user. */
        List<Message> messages() {
            var messages = new ArrayList<Message>();
            for (var turn : json.path("turns")) {
                var role = turn.path("role").asText();
                var text = turn.path("text").asText();
                messages.addAll(
                        role.equals("user") && json.has("image") && Prompts.images(messages) == 0
                                ? Prompts.aboutImage(text)
                                : List.of(Prompts.message(role, text)));
            }
            return messages;
        }

        /** The messages about the image as a model reads them. */
        Conversation conversation(VisionLanguageModel model) {
            return model.conversation(
                    messages(), List.of(model.pixelValues(image()).grid()));
        }

        String chosen() {
            return json.path("chosen").asText();
        }

        String rejected() {
            return json.path("rejected").asText();
        }
    }

    private Golden(String family, VisionLanguageModel model) {
        this.family = family;
        this.model = model;
        // transformers 4.55 to 4.57 give Idefics3 wrong positions in its tower; NOTES.md says how.
        var name = family.equals("idefics3") ? "golden_in_order" : "golden";
        json = json(ROOT.resolve(family).resolve(name + ".json"));
        tensors = Safetensors.read(model.manager(), ROOT.resolve(family).resolve(name + ".safetensors"));
        if (family.equals("idefics3")) {
            Safetensors.read(model.manager(), ROOT.resolve(family).resolve("golden.safetensors"))
                    .forEach((key, tensor) -> {
                        if (key.endsWith(".pixel_values")) {
                            tensors.putIfAbsent(key, tensor);
                        }
                    });
        }
    }

    static Golden open(String family) {
        return open(family, ComputeDevice.CPU);
    }

    static Golden open(String family, ComputeDevice device) {
        return new Golden(
                family, VisionLanguageModel.open(ROOT.resolve(family).resolve("model"), device, Background.WHITE));
    }

    static RgbImage image(String name) {
        return RgbImage.decode(bytes(ROOT.resolve("images").resolve(name)), Background.NONE);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return ROOT.resolve(family);
    }

    /** The cases that the model's own preprocessing makes. */
    List<Case> cases() {
        return StreamSupport.stream(json.path("cases").spliterator(), false)
                .filter(node -> !node.has("preprocessorConfig"))
                .map(node -> new Case(node.path("name").asText(), node))
                .toList();
    }

    /** Conversations about no image. */
    List<Case> textCases() {
        return StreamSupport.stream(
                        json(directory().resolve("golden_text.json"))
                                .path("cases")
                                .spliterator(),
                        false)
                .map(node -> new Case(node.path("name").asText(), node))
                .toList();
    }

    Case named(String name) {
        return cases().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }

    boolean has(String tensor) {
        return tensors.containsKey(tensor);
    }

    NDArray tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    @Override
    public void close() {
        model.close();
    }
}

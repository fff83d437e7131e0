package io.mdpo.learner.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraAdapterTest {
    private static final LoraConfig CONFIG = new LoraConfig(4, 8, List.of("q_proj", "down_proj"));

    @TempDir
    private Path directory;

    private VisionLanguageModel model;

    @BeforeEach
    void open() {
        model = VisionLanguageModel.open(TinyLlava.write(directory, 1));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aFreshAdapterHasPeftsNamesShapesAndRange() {
        var saved = Safetensors.read(
                model.manager(),
                LoraAdapter.attach(model, CONFIG, 7).safetensors().bytes());

        assertThat(saved).hasSize(2 * 2 * 3); // A and B of two layers in each of three blocks.
        var a = saved.get("base_model.model.model.language_model.layers.2.mlp.down_proj.lora_A.weight");
        var b = saved.get("base_model.model.model.language_model.layers.2.mlp.down_proj.lora_B.weight");
        assertThat(Objects.requireNonNull(a).getShape().getShape()).containsExactly(4, 48);
        assertThat(Objects.requireNonNull(b).getShape().getShape()).containsExactly(32, 4);
        assertThat(b.toFloatArray()).containsOnly(0);
        for (float value : a.toFloatArray()) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) (1 / Math.sqrt(48)));
        }
    }

    @Test
    void theSeedDecidesTheFirstWeights() {
        var first = LoraAdapter.attach(model, CONFIG, 7).safetensors().sha256();

        assertThat(LoraAdapter.attach(model, CONFIG, 7).safetensors().sha256()).isEqualTo(first);
        assertThat(LoraAdapter.attach(model, CONFIG, 8).safetensors().sha256()).isNotEqualTo(first);
    }

    @Test
    void savedWeightsAreRestoredBitForBit() throws IOException {
        var saved = save(LoraAdapter.attach(model, CONFIG, 7));
        var other = LoraAdapter.attach(model, CONFIG, 8);

        other.restore(model.manager(), saved);

        assertThat(other.safetensors().bytes()).isEqualTo(Files.readAllBytes(saved));
    }

    @Test
    void weightsOfOtherLayersAreRefused() throws IOException {
        var saved = save(LoraAdapter.attach(model, CONFIG, 7));
        var other = LoraAdapter.attach(model, new LoraConfig(4, 8, List.of("v_proj")), 7);

        assertThatThrownBy(() -> other.restore(model.manager(), saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other layers than lora.targets");
    }

    @Test
    void weightsOfAnotherRankAreRefused() throws IOException {
        var saved = save(LoraAdapter.attach(model, new LoraConfig(1, 8, CONFIG.targets()), 7));
        var other = LoraAdapter.attach(model, CONFIG, 7);

        assertThatThrownBy(() -> other.restore(model.manager(), saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has the shape");
    }

    @Test
    void withoutTargetsEveryLinearLayerButTheHeadIsAdapted() {
        var adapter = LoraAdapter.attach(model, new LoraConfig(4, 8, List.of()), 7);

        assertThat(adapter.tensors().keySet())
                .hasSize(2 * 7 * 3)
                .allMatch(name -> name.startsWith("language_model.model.layers."));
    }

    @Test
    void namesOfOlderTransformersVersionsAreUnderstood() throws IOException {
        var adapter = LoraAdapter.attach(model, CONFIG, 7);
        var older = new HashMap<String, NDArray>();
        byte[] saved = adapter.safetensors().bytes();
        adapter.tensors().forEach((name, tensor) -> older.put("base_model.model." + name, tensor));
        Files.write(
                directory.resolve("adapter_model.safetensors"),
                Safetensors.write(older, Map.of()).bytes());
        Files.writeString(directory.resolve("adapter_config.json"), adapter.peftConfig());
        var initial = PeftAdapter.read(model.manager(), model.family(), directory);
        var other = LoraAdapter.attach(model, CONFIG, 8);

        other.start(model.manager(), initial);

        assertThat(other.safetensors().bytes()).isEqualTo(saved);
    }

    @Test
    void anInitialAdapterOfAnotherRankIsRefusedWithBothRanks() throws IOException {
        var adapter = LoraAdapter.attach(model, CONFIG, 7);
        Files.write(
                directory.resolve("adapter_model.safetensors"),
                adapter.safetensors().bytes());
        Files.writeString(directory.resolve("adapter_config.json"), adapter.peftConfig());
        var initial = PeftAdapter.read(model.manager(), model.family(), directory);
        var other = LoraAdapter.attach(model, new LoraConfig(2, 8, CONFIG.targets()), 7);

        assertThatThrownBy(() -> other.start(model.manager(), initial))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the initial adapter has rank 4")
                .hasMessageContaining("they are 2");
    }

    @Test
    void aTargetThatTheModelLacksIsNamedWithThoseItHas() {
        assertThatThrownBy(() -> LoraAdapter.attach(model, new LoraConfig(4, 8, List.of("qkv_proj")), 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("qkv_proj")
                .hasMessageContaining("q_proj, k_proj");
    }

    @Test
    void theConfigurationIsWhatPeftAndVllmRead() throws IOException {
        var json =
                new ObjectMapper().readTree(LoraAdapter.attach(model, CONFIG, 7).peftConfig());

        assertThat(json.path("peft_type").asText()).isEqualTo("LORA");
        assertThat(json.path("r").asInt()).isEqualTo(4);
        assertThat(json.path("lora_alpha").asDouble()).isEqualTo(8);
        assertThat(json.path("target_modules")).hasToString("[\"q_proj\",\"down_proj\"]");
        assertThat("vision_tower.vision_model.encoder.layers.0.self_attn.q_proj")
                .matches(json.path("exclude_modules").asText());
        assertThat(json.path("modules_to_save").isNull()).isTrue();
    }

    private Path save(LoraAdapter adapter) throws IOException {
        return Files.write(
                directory.resolve("saved.safetensors"), adapter.safetensors().bytes());
    }
}

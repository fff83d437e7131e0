package io.mdpo.learner.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraAdapterTest {
    private static final LoraConfig CONFIG = new LoraConfig(4, 8, List.of("q_proj", "down_proj"));

    private VisionLanguageModel model;

    @BeforeEach
    void open(@TempDir Path directory) {
        model = VisionLanguageModel.open(TinyLlava.write(directory, 1));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aFreshAdapterHasPeftsNamesShapesAndRange() {
        var saved = Safetensors.read(
                model.manager(), LoraAdapter.attach(model, CONFIG, 7).safetensors());

        assertThat(saved).hasSize(2 * 2 * 3); // A and B of two layers in each of three blocks.
        var a = saved.get("base_model.model.language_model.model.layers.2.mlp.down_proj.lora_A.weight");
        var b = saved.get("base_model.model.language_model.model.layers.2.mlp.down_proj.lora_B.weight");
        assertThat(Objects.requireNonNull(a).getShape().getShape()).containsExactly(4, 48);
        assertThat(Objects.requireNonNull(b).getShape().getShape()).containsExactly(32, 4);
        assertThat(b.toFloatArray()).containsOnly(0);
        for (float value : a.toFloatArray()) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) (1 / Math.sqrt(48)));
        }
    }

    @Test
    void theSeedDecidesTheFirstWeights() {
        var first = LoraAdapter.attach(model, CONFIG, 7).safetensors();

        assertThat(LoraAdapter.attach(model, CONFIG, 7).safetensors()).isEqualTo(first);
        assertThat(LoraAdapter.attach(model, CONFIG, 8).safetensors()).isNotEqualTo(first);
    }

    @Test
    void savedWeightsAreRestoredBitForBit() {
        var saved = LoraAdapter.attach(model, CONFIG, 7).safetensors();
        var other = LoraAdapter.attach(model, CONFIG, 8);

        other.restore(model.manager(), saved);

        assertThat(other.safetensors()).isEqualTo(saved);
    }

    @Test
    void weightsOfOtherLayersAreRefused() {
        var saved = LoraAdapter.attach(model, CONFIG, 7).safetensors();
        var other = LoraAdapter.attach(model, new LoraConfig(4, 8, List.of("v_proj")), 7);

        assertThatThrownBy(() -> other.restore(model.manager(), saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other layers than lora.targets");
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
        assertThat(json.path("modules_to_save").isNull()).isTrue();
    }
}

package io.mdpo.learner.lora;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An adapter that PEFT wrote comes out of this project as PEFT wrote it: the same names, the same numbers, the same
 * settings. So PEFT reads what this project writes. The log-probabilities with it are in the scorer's GoldenTest.
 */
class PeftFormatTest {
    private static final Path GOLDEN = Path.of("../scorer/src/test/resources/golden");

    @ParameterizedTest
    @ValueSource(strings = {"llava", "bunny", "qwen2_5_vl", "idefics3"})
    void anAdapterMadeByPeftIsWrittenAsPeftWroteIt(String family) throws IOException {
        var directory = GOLDEN.resolve(family);
        try (var model = VisionLanguageModel.open(directory.resolve("model"));
                var scratch = model.manager().newSubManager()) {
            var initial = PeftAdapter.read(scratch, model.family(), directory.resolve("adapter"));
            var adapter = LoraAdapter.attach(model, new LoraConfig(4, 8, List.of()), 1);
            adapter.start(scratch, initial);

            var written = Safetensors.read(scratch, adapter.safetensors().bytes());
            var peft = Safetensors.read(scratch, directory.resolve("adapter").resolve(PeftAdapter.WEIGHTS_FILE));
            assertThat(written.keySet()).isEqualTo(peft.keySet());
            peft.forEach((name, tensor) -> assertThat(
                            Objects.requireNonNull(written.get(name)).toFloatArray())
                    .as(name)
                    .isEqualTo(tensor.toFloatArray()));

            var json = new ObjectMapper();
            var ours = json.readTree(adapter.peftConfig());
            var theirs = json.readTree(directory
                    .resolve("adapter")
                    .resolve(PeftAdapter.CONFIG_FILE)
                    .toFile());
            for (var key :
                    List.of("peft_type", "task_type", "r", "lora_alpha", "bias", "use_rslora", "fan_in_fan_out")) {
                assertThat(ours.path(key).asText())
                        .as(key)
                        .isEqualTo(theirs.path(key).asText());
            }
        }
    }
}

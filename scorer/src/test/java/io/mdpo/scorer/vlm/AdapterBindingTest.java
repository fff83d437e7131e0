package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterBindingTest {
    @TempDir
    private Path directory;

    @Test
    void whatWasBoundBeforeIsFreed() {
        try (var model = VisionLanguageModel.open(TinyLlava.write(directory, 7))) {
            int bare = model.manager().getManagedArrays().size();
            int adapter = adapter(model).size();
            for (int i = 0; i < 100; i++) {
                model.bindAdapter(adapter(model), 2);

                assertThat(model.manager().getManagedArrays()).hasSize(bare + 2 * adapter); // One was made above.
            }
            model.bindAdapter(Map.of(), 0);

            assertThat(model.manager().getManagedArrays()).hasSize(bare + adapter);
        }
    }

    @Test
    void whatIsBoundAgainIsNotFreed() {
        try (var model = VisionLanguageModel.open(TinyLlava.write(directory, 7))) {
            var adapter = adapter(model);
            model.bindAdapter(adapter, 2);
            model.bindAdapter(adapter, 3);

            assertThat(adapter.values())
                    .allSatisfy(tensor -> assertThat(tensor.toFloatArray()).containsOnly(1));
        }
    }

    private static Map<String, NDArray> adapter(VisionLanguageModel model) {
        var adapter = new HashMap<String, NDArray>();
        for (var layer : model.family().languageModel().linearLayers()) {
            adapter.put(layer.name() + ".lora_A.weight", model.manager().ones(new Shape(2, layer.in())));
            adapter.put(layer.name() + ".lora_B.weight", model.manager().ones(new Shape(layer.out(), 2)));
        }
        return adapter;
    }
}

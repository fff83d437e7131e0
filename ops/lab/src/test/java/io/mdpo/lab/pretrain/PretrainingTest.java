package io.mdpo.lab.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.lab.pretrain.PretrainExample.Conversation;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {
    private static final PretrainConfig CONFIG = PretrainConfigBuilder.builder()
            .seed(1)
            .towerSteps(40)
            .languageSteps(60)
            .batchSize(2)
            .towerLearningRate(3e-3)
            .languageLearningRate(5e-3)
            .patchClasses(List.of(3, 2))
            .build();

    @Test
    void bothStagesLearnAndTheSameSeedGivesTheSameFile(@TempDir Path first, @TempDir Path second) throws IOException {
        var losses = pretrain(first);

        assertThat(last(losses, "tower")).isLessThan(0.3 * first(losses, "tower"));
        assertThat(last(losses, "language")).isLessThan(0.3 * first(losses, "language"));
        pretrain(second);
        assertThat(Files.readAllBytes(second.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(first.resolve("model.safetensors")));
    }

    private static double first(Map<String, List<Double>> losses, String stage) {
        return losses.getOrDefault(stage, List.of()).get(0);
    }

    private static double last(Map<String, List<Double>> losses, String stage) {
        var all = losses.getOrDefault(stage, List.of());
        return all.get(all.size() - 1);
    }

    private static Map<String, List<Double>> pretrain(Path directory) {
        TinyLlava.write(directory, 1);
        var losses = new HashMap<String, List<Double>>();
        var batch = List.of(example(0xFF0000, 1, "red dog"), example(0x0000FF, 2, "two cat"));
        try (var model = VisionLanguageModel.open(directory);
                var pretraining = new Pretraining(model, CONFIG)) {
            Pretraining.Listener listener = (stage, step, steps, loss, accuracy) ->
                    losses.computeIfAbsent(stage, name -> new ArrayList<>()).add(loss);
            pretraining.trainTower(() -> batch, listener);
            pretraining.trainLanguage(() -> batch, listener);
            pretraining.save(directory);
        }
        return losses;
    }

    /** A picture of one colour: 4 x 4 patches that all show the same. */
    private static PretrainExample example(int rgb, int kind, String answer) {
        var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            image.setRGB(i % 32, i / 32, rgb);
        }
        return new PretrainExample(
                RgbImage.of(image),
                Collections.nCopies(16, List.of(kind, kind - 1)),
                List.of(new Conversation("what is this ?", answer), new Conversation("is this red ?", "one")));
    }
}

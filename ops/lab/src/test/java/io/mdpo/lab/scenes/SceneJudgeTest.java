package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.lab.metrics.HallucinationAnswer;
import io.mdpo.lab.metrics.HallucinationMetrics;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneJudgeTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final SceneJudge JUDGE = new SceneJudge(CATALOGUE);

    private static ObjectGroup group(String word, int left) {
        return new ObjectGroup(
                CATALOGUE.singular(word).orElseThrow(), Colour.PLAIN, List.of(new Placement(left, 0, 24)));
    }

    @Test
    void anAnswerIsHeldAgainstTheSceneAndItsPlantedPairs() {
        var scene = new Scene(1, List.of(group("dog", 0), group("cat", 30), group("fish", 60)));
        assertThat(JUDGE.judge(scene, " There is a dog, a bone, two cats. "))
                .isEqualTo(new HallucinationAnswer(
                        Set.of("dog", "cat", "fish"),
                        List.of("dog", "bone", "cat"),
                        Set.of("bone"),
                        Set.of("fish"),
                        true));
    }

    @Test
    void theTruthScoresFullMarksAndTheNoiseOnlyHallucinatesPlantedPartners() {
        var prior = new PlantedPrior(CATALOGUE);
        List<Scene> scenes = new SceneGenerator(CATALOGUE, 19)
                .scenes(Split.HELDOUT)
                .limit(2_000)
                .toList();
        assertThat(HallucinationMetrics.of(scenes.stream()
                        .map(scene -> JUDGE.judge(scene, Caption.of(scene).text()))
                        .toList()))
                .isEqualTo(new HallucinationMetrics(0, 0, 100, 0, 0, 0, 100, 100, 2_000));

        HallucinationMetrics noisy = HallucinationMetrics.of(scenes.stream()
                .map(scene -> JUDGE.judge(scene, prior.caption(scene).text()))
                .toList());
        assertThat(noisy.plantedShare()).isEqualTo(100);
        assertThat(noisy.cover()).isEqualTo(100);
        assertThat(noisy.wellFormed()).isEqualTo(100);
        double meanRate = 100
                * CATALOGUE.pairs().stream()
                        .mapToDouble(PlantedPair::rate)
                        .average()
                        .orElseThrow();
        assertThat(noisy.plantedRate()).isCloseTo(meanRate, within(4.0));
    }
}

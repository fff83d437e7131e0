package io.mdpo.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.lab.scenes.Caption;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.ScenePair;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.Split;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The files in {@code demo/}, which the quickstart stands on. */
class BundledDemoTest {
    private static final Path DEMO = Demo.directory();
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final SceneGenerator SCENES = new SceneGenerator(CATALOGUE, SceneEvaluation.SCENE_SEED);

    @Test
    void theModelIsSmallEnoughForTheRepository() throws IOException {
        assertThat(Files.size(DEMO.resolve("model/model.safetensors"))).isLessThan(12_000_000);
    }

    @Test
    void everyPairIsAboutATrainingSceneAndItsChosenAnswerIsTrue() {
        var pairs = PairFile.read(DEMO.resolve("pairs.jsonl.gz"));

        assertThat(pairs).hasSizeGreaterThanOrEqualTo(2048);
        assertThat(pairs).extracting(PairFile.Line::scene).doesNotHaveDuplicates();
        assertThat(pairs).allSatisfy(pair -> {
            var scene = SCENES.scene(Split.TRAIN, pair.scene());
            assertThat(scene.split()).isEqualTo(Split.TRAIN);
            assertThat(pair.chosen()).isEqualTo(Caption.of(scene).text()).isNotEqualTo(pair.rejected());
        });
        assertThat(pairs)
                .extracting(PairFile.Line::kind)
                .containsAll(
                        Arrays.stream(ScenePair.Kind.values()).map(Enum::name).toList());
    }

    @Test
    void theBaseModelSeesTheObjectsAndHallucinatesThePlantedPartners() {
        try (var model = VisionLanguageModel.open(DEMO.resolve("model"))) {
            var base = new SceneEvaluation(CATALOGUE, Split.TUNING, 100).greedy(model);

            assertThat(base.cover()).isGreaterThan(90);
            assertThat(base.chairI()).isBetween(12.0, 28.0);
            assertThat(base.plantedShare()).isGreaterThan(75);
        }
    }

    @Test
    void scoredOneByOneAndLearnedAsABatchTheFirstLossIsThreeLogTwo() {
        var model = ModelConfig.cpu(DEMO.resolve("model"), 1);
        var config = ScorerConfig.defaults().withModel(model).withCorruption(CorruptionConfig.crop(3));
        List<ScoredPair> scored;
        try (var reference = ModelReferenceScorer.open(config)) {
            scored = reference.score(pairs()).stream()
                    .map(outcome -> ((ReferenceScorer.Outcome.Scored) outcome).pair())
                    .toList();
        }
        var learner = LearnerConfig.defaults().withModel(model).withMaxMicroBatchTokens(2000);
        try (var trainer = learner.openTrainer()) {
            Map<String, Double> metrics = trainer.step(scored.stream()
                    .map(pair -> ((Preparation.Ready) trainer.prepare(pair)).pair())
                    .toList());

            assertThat(metrics.getOrDefault("loss", 0.0)).isCloseTo(3 * Math.log(2), within(1e-5));
        }
    }

    private static List<PreferencePair> pairs() {
        var renderer = new SceneRenderer(CATALOGUE);
        return PairFile.read(DEMO.resolve("pairs.jsonl.gz")).stream()
                .limit(32)
                .map(line -> new PreferencePair(
                        "scene-" + line.scene(),
                        List.of(ByteBuffer.wrap(renderer.png(SCENES.scene(Split.TRAIN, line.scene())))),
                        Prompts.user(line.prompt()),
                        line.chosen(),
                        line.rejected(),
                        "demo",
                        Instant.EPOCH,
                        List.of(),
                        PairKind.PAIR.text(),
                        null))
                .toList();
    }
}

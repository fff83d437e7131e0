package io.mdpo.lab.demo;

import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.SceneGenerator;
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
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** A small run in a process of its own: eight bundled pairs are scored and learned four times; prints the adapter's hash. */
final class KernelsRun {
    private static final int PAIRS = 8;
    private static final int STEPS = 4;

    private KernelsRun() {}

    public static void main(String[] arguments) {
        var model = ModelConfig.cpu(Demo.model(), 1).withKernels(Kernels.valueOf(arguments[0]));
        List<ScoredPair> scored;
        try (var reference = ModelReferenceScorer.open(
                ScorerConfig.defaults().withModel(model).withCorruption(CorruptionConfig.crop(3)))) {
            scored = reference.score(pairs()).stream()
                    .map(outcome -> ((Outcome.Scored) outcome).pair())
                    .toList();
        }
        try (var trainer = LearnerConfig.defaults().withModel(model).openTrainer()) {
            var batch = scored.stream()
                    .map(pair -> ((Preparation.Ready) trainer.prepare(pair)).pair())
                    .toList();
            for (int i = 0; i < STEPS; i++) {
                trainer.step(batch);
            }
            System.out.println("sha256 " + trainer.adapter().sha256());
        }
    }

    private static List<PreferencePair> pairs() {
        var catalogue = NounCatalogue.load();
        var scenes = new SceneGenerator(catalogue, SceneEvaluation.SCENE_SEED);
        var renderer = new SceneRenderer(catalogue);
        return PairFile.read(Demo.directory().resolve("pairs.jsonl.gz")).stream()
                .limit(PAIRS)
                .map(line -> new PreferencePair(
                        "scene-" + line.scene(),
                        List.of(ByteBuffer.wrap(renderer.png(scenes.scene(Split.TRAIN, line.scene())))),
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

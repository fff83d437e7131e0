package io.mdpo.lab.gates;

import io.mdpo.lab.demo.Demo;
import io.mdpo.lab.demo.PairFile;
import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.Split;
import io.mdpo.ops.Progress;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Scores the bundled pairs with the bundled model. */
final class SceneDifferences {
    private static final int BATCH = 64;

    private final NounCatalogue catalogue = NounCatalogue.load();
    private final SceneGenerator generator = new SceneGenerator(catalogue, SceneEvaluation.SCENE_SEED);
    private final SceneRenderer renderer = new SceneRenderer(catalogue);

    /** For each pair, mean log-probability a token of the chosen answer less that of the rejected one, in nats. */
    List<Double> score() {
        var lines = PairFile.read(Demo.pairs());
        var differences = new ArrayList<Double>(lines.size());
        var config = ScorerConfig.defaults().withModel(ModelConfig.cpu(Demo.model(), 0));
        try (var reference = ModelReferenceScorer.open(config);
                var progress = Progress.start("scoring", lines.size())) {
            for (int from = 0; from < lines.size(); from += BATCH) {
                var batch = lines.subList(from, Math.min(lines.size(), from + BATCH));
                for (var outcome :
                        reference.score(batch.stream().map(this::pair).toList())) {
                    differences.add(difference(((Outcome.Scored) outcome).pair().getLogProbs()));
                }
                progress.update(differences.size());
            }
        }
        return differences;
    }

    private PreferencePair pair(PairFile.Line line) {
        var scene = generator.scene(Split.TRAIN, line.scene());
        return new PreferencePair(
                "scene-" + scene.id(),
                List.of(ByteBuffer.wrap(renderer.png(scene))),
                Prompts.user(line.prompt()),
                line.chosen(),
                line.rejected(),
                "scenes",
                Instant.EPOCH,
                List.of(),
                PairKind.PAIR.text(),
                null);
    }

    private static double difference(LogProbs logProbs) {
        return mean(logProbs.getChosen()) - mean(logProbs.getRejected());
    }

    private static double mean(List<Float> logProbs) {
        return logProbs.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
    }
}

package io.mdpo.learner.training;

import io.mdpo.learner.evaluation.Evaluator;
import io.mdpo.learner.evaluation.Figure;
import io.mdpo.learner.evaluation.Figure.Better;
import io.mdpo.learner.objective.Objective.LogRatio;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.ReferenceId;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a policy makes of scored pairs that it does not learn: the figures of a step, by the same scorer and the same
 * objective, without the step.
 */
public final class PairEvaluator implements Evaluator {
    private static final Map<String, Better> FIGURES = Map.ofEntries(
            Map.entry("loss", Better.LOWER),
            Map.entry("rewards/chosen", Better.HIGHER),
            Map.entry("rewards/rejected", Better.LOWER),
            Map.entry("rewards/margins", Better.HIGHER),
            Map.entry("rewards/accuracies", Better.HIGHER),
            Map.entry("rewards/image_margins", Better.HIGHER),
            Map.entry("rewards/image_accuracies", Better.HIGHER),
            Map.entry("logps/chosen", Better.HIGHER),
            Map.entry("logps/rejected", Better.NEITHER),
            Map.entry("logps/chosen_change", Better.HIGHER),
            Map.entry("logps/image_margins", Better.HIGHER),
            Map.entry("mean_token_accuracy", Better.HIGHER));

    private final List<ScoredPair> pairs;
    private final ReferenceId reference;
    private final ObjectiveConfig objective;
    private final int maxMicroBatchTokens;

    /**
     * Takes pairs that one reference has scored.
     *
     * @param pairs one batch to the objective, whatever their number
     * @param reference that scored them
     */
    public PairEvaluator(
            List<ScoredPair> pairs, ReferenceId reference, ObjectiveConfig objective, int maxMicroBatchTokens) {
        this.pairs = List.copyOf(pairs);
        this.reference = reference;
        this.objective = objective;
        this.maxMicroBatchTokens = maxMicroBatchTokens;
    }

    /** Throws {@link IllegalArgumentException} if a pair cannot be learned by the model. */
    @Override
    public List<Figure> evaluate(VisionLanguageModel model) {
        var preparation = new PairPreparation(model, reference, objective);
        var prepared = pairs.stream().map(pair -> prepare(preparation, pair)).toList();
        var metrics = new StepMetrics();
        try (var programs = model.manager().newSubManager()) {
            var pass = new PairPass(programs, new PairScorer(model), objective.open(programs), Recording.NONE);
            var microBatches = PairPass.microBatches(prepared, maxMicroBatchTokens);
            var surveyed = new ArrayList<LogRatio>();
            microBatches.forEach(micro -> surveyed.addAll(pass.survey(micro)));
            var batch = pass.batch(prepared.size(), surveyed);
            microBatches.forEach(micro -> pass.measure(micro, batch).forEach(metrics::add));
        }
        return figures(metrics);
    }

    private static EncodedScoredPair prepare(PairPreparation preparation, ScoredPair pair) {
        var prepared = preparation.prepare(pair);
        if (prepared instanceof Preparation.Refused refused) {
            throw new IllegalArgumentException("pair %s cannot be evaluated: %s: %s"
                    .formatted(pair.getPair().getPairId(), refused.reason(), refused.message()));
        }
        return (EncodedScoredPair) ((Preparation.Ready) prepared).pair();
    }

    private static List<Figure> figures(StepMetrics metrics) {
        var figures = new ArrayList<Figure>();
        metrics.values().forEach((name, value) -> {
            var better = FIGURES.get(name);
            if (better != null) {
                figures.add(new Figure(name, value, unit(name), better, metrics.samples(name)));
            }
        });
        return figures;
    }

    private static String unit(String name) {
        return name.startsWith("logps/") ? "nats" : "";
    }
}

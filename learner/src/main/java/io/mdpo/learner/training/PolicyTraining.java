package io.mdpo.learner.training;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.MdpoObjective;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.scorer.logprob.EncodedPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.List;
import java.util.Map;

/**
 * The policy: a frozen model with a LoRA adapter in training. It scores pairs with {@link PairScorer}, the code that
 * scored them for the reference, so that the first loss of a fresh adapter is exactly 3 ln 2.
 *
 * <p>Everything it becomes is a function of model, configuration, seed and batches. One thread at a time.
 */
public final class PolicyTraining {
    private final PairScorer scorer;
    private final NDManager manager;
    private final LoraAdapter adapter;
    private final MdpoObjective objective;
    private final AdamW optimizer;
    private final double beta;
    private final int maxMicroBatchTokens;
    private long step;

    /**
     * Attaches a fresh adapter to a model.
     *
     * @param seed decides the adapter's first weights
     * @param maxMicroBatchTokens tokens of one forward and backward pass; bounds memory, not the batch
     */
    public PolicyTraining(
            VisionLanguageModel model,
            LoraConfig lora,
            ObjectiveConfig objective,
            OptimizerConfig optimizer,
            long seed,
            int maxMicroBatchTokens) {
        this.manager = model.manager();
        this.scorer = new PairScorer(model);
        this.adapter = LoraAdapter.attach(model, lora, seed);
        this.objective = new MdpoObjective(manager, objective);
        this.optimizer = new AdamW(manager, adapter.tensors(), optimizer);
        this.beta = objective.beta();
        this.maxMicroBatchTokens = maxMicroBatchTokens;
    }

    /**
     * One optimizer step. The gradient is the mean over the batch, accumulated over micro-batches.
     *
     * @return metrics by their TRL names; where {@code loss} or {@code grad_norm} is not finite, nothing was changed
     */
    public Map<String, Double> step(List<PreparedPair> batch) {
        var metrics = new StepMetrics(beta);
        int done = 0;
        for (var micro : PairScorer.microBatches(
                batch.stream().map(PreparedPair::encoded).toList(), maxMicroBatchTokens)) {
            accumulate(micro, batch.subList(done, done + micro.size()), batch.size(), metrics);
            done += micro.size();
        }
        var taken = optimizer.step(step);
        if (Double.isFinite(taken.gradientNorm())) {
            step++;
        }
        return metrics.values(taken.learningRate(), taken.gradientNorm());
    }

    private void accumulate(List<EncodedPair> encoded, List<PreparedPair> pairs, int batchSize, StepMetrics metrics) {
        try (var scratch = manager.newSubManager()) {
            var scored = scorer.score(scratch, encoded, true, true);
            float[] reference = concatenate(pairs);
            var result =
                    objective.loss(scratch, scored.logProbs(), scratch.create(reference), scored.lengths(), batchSize);
            Gradients.backward(scratch, result.loss());
            record(
                    metrics,
                    result.pairs().toFloatArray(),
                    objective
                            .completionSums(scratch, scored.statistics(), scored.lengths())
                            .toFloatArray(),
                    reference,
                    scored.lengths());
        }
    }

    private static void record(
            StepMetrics metrics, float[] pairs, float[] statistics, float[] reference, List<Integer> lengths) {
        int token = 0;
        for (int pair = 0; pair < lengths.size() / 3; pair++) {
            var completions = new StepMetrics.Completion[3];
            for (int i = 0; i < 3; i++) {
                int completion = 3 * pair + i;
                int length = lengths.get(completion);
                double referenceSum = 0;
                for (int end = token + length; token < end; token++) {
                    referenceSum += reference[token];
                }
                completions[i] = new StepMetrics.Completion(
                        pairs[4 * pair + 1 + i], referenceSum, statistics[3 * completion] / length);
                metrics.addTokens(length, statistics[3 * completion + 1], statistics[3 * completion + 2]);
            }
            metrics.addPair(pairs[4 * pair], completions[0], completions[1], completions[2]);
        }
    }

    private static float[] concatenate(List<PreparedPair> pairs) {
        float[] all = new float
                [pairs.stream().mapToInt(pair -> pair.reference().length).sum()];
        int at = 0;
        for (var pair : pairs) {
            System.arraycopy(pair.reference(), 0, all, at, pair.reference().length);
            at += pair.reference().length;
        }
        return all;
    }

    /** Optimizer steps made since the adapter was fresh. */
    public long step() {
        return step;
    }

    /** {@code adapter_model.safetensors}. */
    public byte[] adapter() {
        return adapter.safetensors();
    }

    /** {@code adapter_config.json}. */
    public String adapterConfig() {
        return adapter.peftConfig();
    }

    /** Everything else that the next step depends on. */
    public byte[] optimizerState() {
        return optimizer.state();
    }

    /** Continues from a checkpoint: the next step is the one that the uninterrupted run would have made. */
    public void restore(long checkpointStep, byte[] adapterBytes, byte[] optimizerState) {
        try (var scratch = manager.newSubManager()) {
            adapter.restore(scratch, adapterBytes);
        }
        optimizer.restore(optimizerState);
        step = checkpointStep;
    }
}

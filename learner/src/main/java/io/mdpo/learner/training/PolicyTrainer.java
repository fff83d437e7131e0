package io.mdpo.learner.training;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.objective.PreferenceObjective;
import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.logprob.EncodedPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The policy: a frozen model with a LoRA adapter in training. It scores pairs with {@link PairScorer}, the code that
 * scored them for the reference, so that the first loss of a fresh adapter is exactly 3 ln 2.
 *
 * <p>Everything it becomes is a function of model, configuration, seed and batches.
 */
public final class PolicyTrainer implements Trainer {
    private final VisionLanguageModel model;
    private final NDManager manager;
    private final PairPreparation preparation;
    private final PairScorer scorer;
    private final LoraAdapter adapter;
    private final PreferenceObjective objective;
    private final AdamW optimizer;
    private final double beta;
    private final int maxMicroBatchTokens;
    private final Recording recording;
    private final String referenceId;
    private final String configHash;
    private long step;

    /**
     * What decides the policy beside model and data.
     *
     * @param seed decides the adapter's first weights
     * @param batchSize pairs a step
     * @param maxMicroBatchTokens tokens of one forward and backward pass; bounds memory, not the batch
     */
    public record Settings(
            LoraConfig lora,
            ObjectiveConfig objective,
            OptimizerConfig optimizer,
            long seed,
            int batchSize,
            int maxMicroBatchTokens) {
        /** SHA-256 (hex) of every value. */
        String digest() {
            return DigestUtils.sha256Hex(toString());
        }
    }

    /**
     * Opens a model and attaches an adapter: a fresh one, or one that starts as the configured adapter.
     *
     * @param recording how much of a forward pass is kept for the backward pass; decides memory and time only
     */
    public static PolicyTrainer open(ModelConfig config, Settings settings, Recording recording) {
        var model = config.open();
        try {
            return new PolicyTrainer(model, settings, config.adapterFor(model), recording);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Attaches an adapter to a model.
     *
     * @param model becomes this trainer's, which closes it
     * @param initial what the adapter starts as; without it, a fresh one that changes nothing
     */
    PolicyTrainer(VisionLanguageModel model, Settings settings, Optional<PeftAdapter> initial, Recording recording) {
        this.model = model;
        this.manager = model.manager();
        this.referenceId =
                initial.map(adapter -> adapter.fingerprint(model.fingerprint())).orElseGet(model::fingerprint);
        this.preparation = new PairPreparation(model, referenceId);
        this.scorer = new PairScorer(model);
        this.adapter = LoraAdapter.attach(model, settings.lora(), settings.seed());
        try (var scratch = manager.newSubManager()) {
            initial.ifPresent(start -> adapter.start(scratch, start));
        }
        this.objective = new PreferenceObjective(manager, settings.objective());
        this.optimizer = new AdamW(manager, adapter.tensors(), settings.optimizer());
        this.beta = settings.objective().beta();
        this.maxMicroBatchTokens = settings.maxMicroBatchTokens();
        this.recording = recording;
        this.configHash = settings.digest();
    }

    @Override
    public Preparation prepare(ScoredPair pair) {
        return preparation.prepare(pair);
    }

    @Override
    public Map<String, Double> step(List<PreparedPair> batch) {
        var pairs = batch.stream().map(EncodedScoredPair.class::cast).toList();
        var metrics = new StepMetrics(beta);
        int done = 0;
        for (var micro : PairScorer.microBatches(
                pairs.stream().map(EncodedScoredPair::encoded).toList(), maxMicroBatchTokens)) {
            accumulate(micro, pairs.subList(done, done + micro.size()), pairs.size(), metrics);
            done += micro.size();
        }
        // A loss can be infinite where its gradient is not.
        if (!metrics.isFinite()) {
            var values = metrics.values(0, optimizer.gradientNorm());
            optimizer.clearGradients();
            return values;
        }
        var taken = optimizer.step(step);
        if (Double.isFinite(taken.gradientNorm())) {
            step++;
        }
        return metrics.values(taken.learningRate(), taken.gradientNorm());
    }

    @Override
    public List<Integer> faulty(List<PreparedPair> batch) {
        var faulty = new ArrayList<Integer>();
        for (int i = 0; i < batch.size(); i++) {
            var pair = (EncodedScoredPair) batch.get(i);
            var metrics = new StepMetrics(beta);
            accumulate(List.of(pair.encoded()), List.of(pair), batch.size(), metrics);
            var values = metrics.values(0, optimizer.gradientNorm());
            optimizer.clearGradients();
            if (!values.values().stream().allMatch(Double::isFinite)) {
                faulty.add(i);
            }
        }
        return faulty;
    }

    private void accumulate(
            List<EncodedPair> encoded, List<EncodedScoredPair> pairs, int batchSize, StepMetrics metrics) {
        try (var scratch = manager.newSubManager()) {
            var scored = scorer.score(scratch, encoded, recording, true);
            float[] reference = concatenate(pairs);
            var result =
                    objective.loss(scratch, scored.logProbs(), scratch.create(reference), scored.lengths(), batchSize);
            scored.scores().backward(scratch, result.loss());
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

    private static float[] concatenate(List<EncodedScoredPair> pairs) {
        float[] all = new float
                [pairs.stream().mapToInt(pair -> pair.reference().length).sum()];
        int at = 0;
        for (var pair : pairs) {
            System.arraycopy(pair.reference(), 0, all, at, pair.reference().length);
            at += pair.reference().length;
        }
        return all;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public BlobSource adapter() {
        return adapter.safetensors();
    }

    @Override
    public String adapterConfig() {
        return adapter.peftConfig();
    }

    @Override
    public BlobSource optimizerState() {
        return optimizer.state();
    }

    @Override
    public String configHash() {
        return configHash;
    }

    @Override
    public String referenceId() {
        return referenceId;
    }

    @Override
    public void restore(long checkpointStep, Path adapterFile, Path optimizerState) {
        try (var scratch = manager.newSubManager()) {
            adapter.restore(scratch, adapterFile);
        }
        optimizer.restore(optimizerState);
        step = checkpointStep;
    }

    @Override
    public void close() {
        model.close();
    }
}

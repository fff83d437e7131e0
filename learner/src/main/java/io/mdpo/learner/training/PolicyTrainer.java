package io.mdpo.learner.training;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.ReferenceId;
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
    private final LoraAdapter adapter;
    private final PairPass pass;
    private final AdamW optimizer;
    private final int maxMicroBatchTokens;
    private final Recording recording;
    private final ReferenceId reference;
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
        this.reference =
                initial.map(start -> start.reference(model.reference())).orElseGet(model::reference);
        this.preparation = new PairPreparation(model, reference);
        this.adapter = LoraAdapter.attach(model, settings.lora(), settings.seed());
        try (var scratch = manager.newSubManager()) {
            initial.ifPresent(start -> adapter.start(scratch, start));
        }
        this.pass = new PairPass(
                manager, new PairScorer(model), settings.objective().open(manager));
        this.optimizer = new AdamW(manager, adapter.tensors(), settings.optimizer());
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
        var microBatches = microBatches(pairs);
        var whole = pass.survey(microBatches, pairs.size());
        var metrics = new StepMetrics();
        for (var micro : microBatches) {
            pass.learn(micro, whole, recording).forEach(metrics::add);
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
            var pair = List.of((EncodedScoredPair) batch.get(i));
            var metrics = new StepMetrics();
            pass.learn(pair, pass.survey(List.of(pair), batch.size()), recording)
                    .forEach(metrics::add);
            var values = metrics.values(0, optimizer.gradientNorm());
            optimizer.clearGradients();
            if (!values.values().stream().allMatch(Double::isFinite)) {
                faulty.add(i);
            }
        }
        return faulty;
    }

    private List<List<EncodedScoredPair>> microBatches(List<EncodedScoredPair> pairs) {
        var batches = new ArrayList<List<EncodedScoredPair>>();
        int done = 0;
        for (var micro : PairScorer.microBatches(
                pairs.stream().map(EncodedScoredPair::encoded).toList(), maxMicroBatchTokens)) {
            batches.add(pairs.subList(done, done + micro.size()));
            done += micro.size();
        }
        return batches;
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
        return reference.id();
    }

    @Override
    public String explainReference(String otherId) {
        return reference.explained(otherId);
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

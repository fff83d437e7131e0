package io.mdpo.learner.training;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.lora.LoraAdapter;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.Objective.LogRatio;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.PairGuard;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.torch.Workers;
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
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The policy: a frozen model with a LoRA adapter in training. It scores pairs with {@link PairScorer}, the code that
 * scored them for the reference, so that the first loss of a fresh adapter is exactly 3 ln 2.
 *
 * <p>A step has two acts, {@link PairPass} and {@link PolicyUpdate}: workers compute the gradients of micro-batches, several
 * at once, and the caller adds them in order and applies them. Everything the policy becomes is a function of model,
 * configuration, seed and batches; the number of workers is not among them.
 */
public final class PolicyTrainer implements Trainer {
    private static final String NOT_FINITE = "the loss or the gradient is infinite or not a number";

    private final VisionLanguageModel model;
    private final NDManager manager;
    private final Workers workers;
    private final PairPreparation preparation;
    private final LoraAdapter adapter;
    private final PairPass pass;
    private final PolicyUpdate update;
    private final int maxMicroBatchTokens;
    private final ReferenceId reference;
    private final RunConfiguration configuration;

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
        /** What {@link RunConfiguration} compares with. */
        public static Settings defaults() {
            return new Settings(
                    LoraConfig.defaults(), ObjectiveConfig.defaults(), OptimizerConfig.defaults(), 0, 32, 2_048);
        }
    }

    /**
     * Opens a model and attaches an adapter: a fresh one, or one that starts as the configured adapter.
     *
     * @param recording how much of a forward pass is kept for the backward pass; decides memory and time only
     */
    public static PolicyTrainer open(ModelConfig config, Settings settings, Recording recording) {
        var model = config.open();
        try (var scratch = model.manager().newSubManager()) {
            int tokens = settings.maxMicroBatchTokens();
            int rank = settings.lora().rank();
            var memory = model.memory();
            var workers = config.workers(
                    "mdpo-learner-worker",
                    tokens,
                    count -> recording == Recording.GRAPH
                            ? memory.training(count, tokens, rank)
                            : memory.checkpointed(count, tokens, rank));
            return new PolicyTrainer(model, workers, settings, config.adapterFor(model, scratch), recording);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Attaches an adapter to a model.
     *
     * @param model becomes this trainer's, which closes it, as it closes the workers
     * @param initial what the adapter starts as; without it, a fresh one that changes nothing
     */
    PolicyTrainer(
            VisionLanguageModel model,
            Workers workers,
            Settings settings,
            Optional<PeftAdapter> initial,
            Recording recording) {
        this.model = model;
        this.manager = model.manager();
        this.workers = workers;
        this.reference =
                initial.map(start -> start.reference(model.reference())).orElseGet(model::reference);
        this.preparation = new PairPreparation(model, reference, settings.objective());
        this.adapter = LoraAdapter.attach(model, settings.lora(), settings.seed());
        try (var scratch = manager.newSubManager()) {
            initial.ifPresent(start -> adapter.start(scratch, start));
        }
        this.pass = new PairPass(
                manager, new PairScorer(model), settings.objective().open(manager), recording);
        this.update = new PolicyUpdate(new AdamW(manager, adapter.tensors(), settings.optimizer()));
        this.maxMicroBatchTokens = settings.maxMicroBatchTokens();
        this.configuration = RunConfiguration.of(settings);
    }

    @Override
    public Preparation prepare(ScoredPair pair) {
        return preparation.prepare(pair);
    }

    @Override
    public Map<String, Double> step(List<PreparedPair> batch) {
        update.discard(); // What a step that failed has left.
        try {
            addGradients(batch);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new FailedPassException(e);
        }
        // What fails from here on may leave half a step behind, and ends the learner.
        return update.apply();
    }

    private void addGradients(List<PreparedPair> batch) {
        var microBatches = microBatches(encoded(batch));
        var surveyed = new ArrayList<LogRatio>();
        compute(microBatches, pass::survey, surveyed::addAll);
        var whole = pass.batch(batch.size(), surveyed);
        try (var results = manager.newSubManager()) {
            compute(microBatches, micro -> pass.gradient(results, micro, whole), update::add);
        }
    }

    /** One after the other: what a pair takes too much of shall be missing to no other. */
    @Override
    public List<Fault> faulty(List<PreparedPair> batch) {
        var faults = new ArrayList<Fault>();
        for (int i = 0; i < batch.size(); i++) {
            int place = i;
            PairGuard.guard(
                            () -> isFinite(batch.get(place), batch.size())
                                    ? Optional.<Fault>empty()
                                    : Optional.of(new Fault(place, RejectionReason.NON_FINITE, NOT_FINITE)),
                            sentence -> Optional.of(new Fault(place, RejectionReason.UNPREPARABLE_PAIR, sentence)))
                    .ifPresent(faults::add);
        }
        return faults;
    }

    private boolean isFinite(PreparedPair pair, int batchSize) {
        update.discard();
        try (var results = manager.newSubManager()) {
            compute(
                    List.of(encoded(List.of(pair))),
                    alone -> pass.gradient(results, alone, pass.batch(batchSize, pass.survey(alone))),
                    update::add);
            return update.isFinite();
        } finally {
            update.discard();
        }
    }

    private <R> void compute(
            List<List<EncodedScoredPair>> microBatches, Function<List<EncodedScoredPair>, R> pass, Consumer<R> sink) {
        workers.inOrder(microBatches, micro -> workers.admitted(tokens(micro), () -> pass.apply(micro)), sink);
    }

    private static long tokens(List<EncodedScoredPair> pairs) {
        return pairs.stream().mapToLong(pair -> pair.encoded().tokens()).sum();
    }

    private static List<EncodedScoredPair> encoded(List<PreparedPair> batch) {
        return batch.stream().map(EncodedScoredPair.class::cast).toList();
    }

    /** The first act of a step, for whoever divides a batch's micro-batches among several trainers. */
    PairPass pass() {
        return pass;
    }

    /** The second act of a step. */
    PolicyUpdate update() {
        return update;
    }

    /** The micro-batches of a batch, in order; their composition decides the last bits. */
    List<List<EncodedScoredPair>> microBatches(List<EncodedScoredPair> pairs) {
        return PairPass.microBatches(pairs, maxMicroBatchTokens);
    }

    @Override
    public long step() {
        return update.step();
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
        return update.optimizerState();
    }

    @Override
    public RunConfiguration configuration() {
        return configuration;
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
        update.restore(checkpointStep, optimizerState);
    }

    @Override
    public void close() {
        workers.close();
        model.close();
    }
}

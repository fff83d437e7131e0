package io.mdpo.learner.service;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The policy in training. Not thread-safe; everything it does is a function of its construction and the batches. The
 * service makes all its calls from the thread that runs it.
 */
public interface Trainer extends AutoCloseable {
    /** One optimizer step over a batch, in order. Returns metric values by their TRL names; see {@link StepMetric}. */
    StepResult step(List<ScoredPair> batch);

    /**
     * Why the pair can't be learned, or empty: too many tokens, another reference id. Checked before it enters a batch.
     */
    Optional<Refusal> check(ScoredPair pair);

    /** Optimizer steps made so far, those before a restore included. */
    long step();

    /** adapter_model.safetensors. */
    byte[] adapter();

    /** optimizer.safetensors. */
    byte[] optimizerState();

    /** adapter_config.json, as PEFT reads it. */
    String adapterConfig();

    /** Digest of all that decides the weights. */
    String configHash();

    /** The reference whose log-probabilities the trainer accepts. */
    String referenceId();

    /** Continues after the given step, as if it had made all steps up to it. */
    void restore(long step, byte[] adapter, byte[] optimizerState);

    @Override
    void close();

    /** What one step measured. */
    record StepResult(Map<String, Double> metrics) {
        public StepResult {
            metrics = Map.copyOf(metrics);
        }
    }

    /** Why a pair is refused; {@code message} is a sentence for a person. */
    record Refusal(RejectionReason reason, String message) {}
}

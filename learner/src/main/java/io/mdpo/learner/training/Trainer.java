package io.mdpo.learner.training;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.BlobSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A policy in training. But for {@link #prepare} it is for one thread at a time; everything it does is a function of its
 * construction and the batches.
 */
public interface Trainer extends AutoCloseable {
    /** A pair as {@link #step} takes it. */
    interface PreparedPair {}

    /** What became of a pair. */
    sealed interface Preparation {
        /** The pair can be learned. */
        record Ready(PreparedPair pair) implements Preparation {}

        /** The pair can't be learned; {@code message} is a sentence for a person. */
        record Refused(RejectionReason reason, String message) implements Preparation {}
    }

    /**
     * A pair that spoils every step it is in.
     *
     * @param place in the batch
     * @param message what it does when it is computed alone, a sentence for a person
     */
    record Fault(int place, RejectionReason reason, String message) {}

    /**
     * Checks a pair and makes it ready: decoding, resizing, tokenising. Called ahead of the step from another thread, so
     * that a step never waits for it.
     */
    Preparation prepare(ScoredPair pair);

    /**
     * One optimizer step over a batch that this trainer prepared, in order. Returns metric values by their TRL names;
     * where {@code loss} or {@code grad_norm} is not finite, nothing was changed.
     *
     * @throws FailedPassException a pass over pairs of the batch failed; nothing was changed
     */
    Map<String, Double> step(List<PreparedPair> batch);

    /**
     * The pairs that fail, or give a loss or gradient that is not finite, when each is computed with no other beside it; in
     * the order of the batch. Changes nothing; costs about as much as a step on one thread.
     */
    List<Fault> faulty(List<PreparedPair> batch);

    /** Optimizer steps made so far, those before a restore included. */
    long step();

    /** adapter_model.safetensors: as the adapter is when the bytes are asked for. */
    BlobSource adapter();

    /** optimizer.safetensors: as the optimizer is when the bytes are asked for. */
    BlobSource optimizerState();

    /** adapter_config.json, as PEFT reads it. */
    String adapterConfig();

    /** What decides the weights beside the model and the pairs. */
    RunConfiguration configuration();

    /** The reference whose log-probabilities the trainer accepts. */
    String referenceId();

    /** What makes another reference's id differ from this one's, in brackets for the end of a sentence; may be empty. */
    default String explainReference(String otherId) {
        return "";
    }

    /**
     * Continues after the given step, as if it had made all steps up to it.
     *
     * @param adapter a file of what {@link #adapter()} was then; may be deleted afterwards
     * @param optimizerState a file of what {@link #optimizerState()} was then; may be deleted afterwards
     * @throws IllegalArgumentException a file is no safetensors file, or of another adapter
     */
    void restore(long step, Path adapter, Path optimizerState);

    @Override
    void close();
}

package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Log-probabilities of all completion tokens of a packed batch, and the way back to the adapter. */
public interface PackedScores {
    /** How much of the forward pass is kept for {@link #backward}. */
    enum Recording {
        /** Nothing: no gradients. */
        NONE,
        /** The whole graph. */
        GRAPH,
        /** The input of each layer; layers are computed again on the way back. The same gradients, bit for bit. */
        LAYER_INPUTS
    }

    /** (tokens), nats, fp32. */
    NDArray logProbs();

    /** (tokens, 3): mean logit, entropy in nats, 1 where the token is the arg max; no rows unless asked for. */
    NDArray statistics();

    /**
     * Adds the gradient of a loss to the adapter's gradients; once only.
     *
     * @param loss scalar, computed from {@link #logProbs}
     * @throws IllegalStateException nothing was recorded
     */
    void backward(NDManager scratch, NDArray loss);
}

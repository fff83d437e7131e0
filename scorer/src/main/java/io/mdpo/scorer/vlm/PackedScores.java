package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** Log-probabilities of all completion tokens of a packed batch, and the way back to the adapter. */
public interface PackedScores {
    /** How much of the forward pass is kept for {@link #gradients}. */
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
     * The gradient of a loss with respect to the bound adapter; once only.
     *
     * @param results owns the gradients
     * @param loss scalar, computed from {@link #logProbs}
     * @return by the names of the adapter's tensors, without those that the loss does not depend on
     * @throws IllegalStateException nothing was recorded
     */
    Map<String, NDArray> gradients(NDManager results, NDArray loss);
}

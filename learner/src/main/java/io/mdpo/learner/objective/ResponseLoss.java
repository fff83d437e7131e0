package io.mdpo.learner.objective;

import java.util.Locale;

/**
 * Losses of a chosen over a rejected answer. Each is the {@code response_loss} in the TorchScript file of its name, where its
 * formula and source stand.
 */
public enum ResponseLoss {
    /** DPO. */
    SIGMOID,
    /** IPO: the margin approaches 1 / (2 beta). */
    IPO,
    /** SLiC: the margin of rewards reaches 1. */
    HINGE,
    /** DPO for labels of which {@code label-smoothing} are wrong. */
    ROBUST,
    /** NCA: the chosen reward rises and the rejected one falls, each for itself. */
    NCA;

    String source() {
        return name().toLowerCase(Locale.ROOT) + ".torchscript";
    }
}

package io.mdpo.learner.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/**
 * What the first act of a step, {@link PairPass}, gives to the second, {@link PolicyUpdate}.
 *
 * @param owner owns the tensors
 * @param tensors the gradient of the pairs' share of the batch mean, by the names of the adapter's tensors, fp32
 * @param pairs what each pair has to show, in their order
 */
record MicroBatchGradient(NDManager owner, Map<String, NDArray> tensors, List<PairPass.PairFigures> pairs)
        implements AutoCloseable {
    @Override
    public void close() {
        owner.close();
    }
}

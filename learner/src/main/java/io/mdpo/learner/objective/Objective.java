package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.learner.objective.PairLayout.Kind;
import java.util.List;

/**
 * A loss over per-token log-probabilities of policy and reference. It knows no model, and a trainer knows of no objective
 * more than this. Thread-safe.
 */
public interface Objective {
    /**
     * A loss and what it is made of.
     *
     * @param loss scalar with its graph: the pairs' share of the batch mean
     * @param pairs (pairs), fp32: the loss of each pair
     * @param rewards (completions), fp32: what the objective calls the reward of each completion
     */
    record Result(NDArray loss, NDArray pairs, NDArray rewards) {}

    /** Log pi_theta / pi_ref of a completion, summed over its tokens, in nats. */
    record LogRatio(Kind kind, double nats) {}

    /**
     * The batch of which a micro-batch is a part.
     *
     * @param pairs in the whole batch
     * @param survey what {@link #survey} has said of it; empty where the objective makes none
     */
    record Batch(int pairs, List<Double> survey) {
        public Batch {
            survey = List.copyOf(survey);
        }
    }

    /**
     * The loss of a micro-batch.
     *
     * @param logProbs policy log-probs (tokens) with their graph, in nats
     * @param reference reference log-probs (tokens), in nats
     * @param layout which tokens are whose
     */
    Result loss(NDManager scratch, NDArray logProbs, NDArray reference, PairLayout layout, Batch batch);

    /**
     * Whether the loss of a pair depends on the other pairs of its batch. If so, the whole batch is scored once more, without
     * gradients, for {@link #survey}: the weights do not depend on how it is split into micro-batches.
     */
    default boolean surveys() {
        return false;
    }

    /** Constants that the losses of a batch share, from the completions of all its pairs in order. */
    default List<Double> survey(List<LogRatio> batch) {
        return List.of();
    }
}

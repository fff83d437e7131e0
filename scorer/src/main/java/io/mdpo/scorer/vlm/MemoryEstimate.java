package io.mdpo.scorer.vlm;

import io.mdpo.scorer.family.LanguageModel;
import io.mdpo.scorer.torch.Precision;

/**
 * How much memory a model takes on the CPU, in bytes: a rough sum of what is alive at the worst moment, without the vision
 * tower's activations and the JVM.
 *
 * <p>In the methods {@code workers} are the passes that are computed at once, and {@code tokens} those of one pass: a pair
 * is two rows of prompt, image and answer, and a branch of the rejected answer.
 *
 * @param weightBytes size of the weights as they are kept
 * @param parameters number of weights
 * @param precision that the base is computed in; the adapter is fp32 in every one
 */
public record MemoryEstimate(LanguageModel language, long weightBytes, long parameters, Precision precision) {
    private static final long FLOAT = Float.BYTES;

    /** Weights of which one logit chunk is alive: see head_log_probs. */
    private static final int LOGIT_CHUNK = 512;

    /** Adapter, the sum of its gradients, and two moments. */
    private static final int COPIES_OF_THE_ADAPTER = 4;

    /** Gradients of a worker: the one that it computes, and one that waits for its turn to be added. */
    private static final int GRADIENTS_OF_A_WORKER = 2;

    /** To compute log-probabilities without gradients. */
    public long scoring(int workers, long tokens) {
        return weightBytes + workers * pass(tokens);
    }

    /** To learn with the whole graph: the activations of all layers, and copies of weights that are kept in another type. */
    public long training(int workers, long tokens, int rank) {
        long copies = weightBytes == width() * parameters ? 0 : width() * parameters;
        return learning(workers, rank, pass(tokens) + language.layers() * layerActivations(tokens) + copies);
    }

    /** To learn with the input of each layer kept, and one layer's graph at a time. */
    public long checkpointed(int workers, long tokens, int rank) {
        long inputs = language.layers() * tokens * hidden() * width();
        return learning(workers, rank, pass(tokens) + inputs + layerActivations(tokens));
    }

    private long learning(int workers, int rank, long pass) {
        long adapter = FLOAT
                * rank
                * language.linearLayers().stream()
                        .mapToLong(layer -> layer.in() + layer.out())
                        .sum();
        return weightBytes + COPIES_OF_THE_ADAPTER * adapter + workers * (pass + GRADIENTS_OF_A_WORKER * adapter);
    }

    private long pass(long tokens) {
        return head() + largestLayer() + layerActivations(tokens);
    }

    private long hidden() {
        return language.linearLayers().get(0).in();
    }

    /** Bytes of a number of the base. */
    private long width() {
        return precision.bytes();
    }

    /** Logits, their soft-max and its product of one chunk in fp32, and the head. */
    private long head() {
        return language.vocabularySize() * (FLOAT * 3 * LOGIT_CHUNK + width() * hidden());
    }

    private long largestLayer() {
        return language.linearLayers().stream()
                .mapToLong(layer -> width() * layer.in() * layer.out())
                .max()
                .orElse(0);
    }

    /** Input and output of every linear layer of one layer of the model; of other types than fp32 once more, for the adapter. */
    private long layerActivations(long tokens) {
        long perToken = language.linearLayers().stream()
                        .mapToLong(layer -> layer.in() + layer.out())
                        .sum()
                / language.layers();
        return (precision == Precision.FP32 ? FLOAT : FLOAT + width()) * tokens * perToken;
    }
}

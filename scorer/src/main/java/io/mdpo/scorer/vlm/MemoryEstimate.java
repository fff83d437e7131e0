package io.mdpo.scorer.vlm;

import io.mdpo.scorer.family.LanguageModel;

/**
 * How much memory a model takes on the CPU, in bytes: a rough sum of what is alive at the worst moment, without the vision
 * tower's activations and the JVM.
 *
 * <p>In the methods {@code workers} are the passes that are computed at once, and {@code tokens} those of one pass: a pair
 * is two rows of prompt, image and answer, and a branch of the rejected answer.
 *
 * @param weightBytes size of the weights as they are kept
 * @param parameters number of weights
 */
public record MemoryEstimate(LanguageModel language, long weightBytes, long parameters) {
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

    /** To learn with the whole graph: the activations of all layers, and the fp32 copies of weights that are not fp32. */
    public long training(int workers, long tokens, int rank) {
        long copies = weightBytes < FLOAT * parameters ? FLOAT * parameters : 0;
        return learning(workers, rank, pass(tokens) + language.layers() * layerActivations(tokens) + copies);
    }

    /** To learn with the input of each layer kept, and one layer's graph at a time. */
    public long checkpointed(int workers, long tokens, int rank) {
        long inputs = language.layers() * tokens * hidden() * FLOAT;
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

    /** Logits, their soft-max and its product of one chunk, and the head in fp32. */
    private long head() {
        return FLOAT * language.vocabularySize() * (3L * LOGIT_CHUNK + hidden());
    }

    private long largestLayer() {
        return language.linearLayers().stream()
                .mapToLong(layer -> FLOAT * layer.in() * layer.out())
                .max()
                .orElse(0);
    }

    /** Input and output of every linear layer of one layer of the model. */
    private long layerActivations(long tokens) {
        long perToken = language.linearLayers().stream()
                        .mapToLong(layer -> layer.in() + layer.out())
                        .sum()
                / language.layers();
        return FLOAT * tokens * perToken;
    }
}

package io.mdpo.learner.training;

import io.mdpo.scorer.family.LanguageModel;

/**
 * How much memory a model takes on the CPU, in bytes: a rough sum of what is alive at the worst moment, without the vision
 * tower's activations and the JVM.
 *
 * @param weightBytes size of the weights in their files
 * @param parameters number of weights
 * @param rank of the adapter
 * @param tokens prompt, image and longer answer of a pair
 */
public record MemoryEstimate(LanguageModel language, long weightBytes, long parameters, int rank, int tokens) {
    private static final long FLOAT = Float.BYTES;

    /** Each pair is computed as two rows of all tokens and a branch of the rejected answer. */
    private static final int ROWS = 2;

    /** Weights of which one logit chunk is alive: see head_log_probs. */
    private static final int LOGIT_CHUNK = 512;

    /** Adapter, its gradient, and two moments. */
    private static final int COPIES_OF_THE_ADAPTER = 4;

    /** To compute log-probabilities without gradients. */
    public long scoring() {
        return weightBytes + head() + largestLayer() + layerActivations();
    }

    /** To learn with the whole graph: the activations of all layers, and the fp32 copies of weights that are not fp32. */
    public long training() {
        long copies = weightBytes < FLOAT * parameters ? FLOAT * parameters : 0;
        return scoring() + adapter() + language.layers() * layerActivations() + copies;
    }

    /** To learn with the input of each layer kept, and one layer's graph at a time. */
    public long checkpointed() {
        return scoring() + adapter() + language.layers() * positions() * hidden() * FLOAT + layerActivations();
    }

    private long adapter() {
        return COPIES_OF_THE_ADAPTER
                * FLOAT
                * rank
                * language.linearLayers().stream()
                        .mapToLong(layer -> layer.in() + layer.out())
                        .sum();
    }

    private long positions() {
        return (long) ROWS * tokens;
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
    private long layerActivations() {
        long perToken = language.linearLayers().stream()
                        .mapToLong(layer -> layer.in() + layer.out())
                        .sum()
                / language.layers();
        return FLOAT * positions() * perToken;
    }
}

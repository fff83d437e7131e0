package io.mdpo.lab.pretrain;

import io.mdpo.scorer.image.RgbImage;
import java.util.List;

/**
 * One picture and everything that pre-training is told about it.
 *
 * @param patchLabels for each patch of the vision tower, row by row, its class under every head; 0 is nothing
 * @param conversations questions and answers; each answer is learned
 */
public record PretrainExample(RgbImage image, List<List<Integer>> patchLabels, List<Conversation> conversations) {
    /** A question about the picture with its answer. */
    public record Conversation(String question, String answer) {}
}

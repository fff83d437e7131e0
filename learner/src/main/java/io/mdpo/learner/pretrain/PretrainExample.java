package io.mdpo.learner.pretrain;

import io.mdpo.scorer.image.RgbImage;
import java.util.List;

/**
 * One picture and everything that pre-training is told about it.
 *
 * @param patchLabels for each patch of the vision tower, row by row: what it shows and its colour, both 0 for nothing
 * @param conversations questions and answers; each answer is learned
 */
public record PretrainExample(RgbImage image, List<PatchLabel> patchLabels, List<Conversation> conversations) {
    /** Classes of one patch, counted from 0. */
    public record PatchLabel(int kind, int colour) {}

    /** A question about the picture with its answer. */
    public record Conversation(String question, String answer) {}
}

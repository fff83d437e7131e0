package io.mdpo.learner.pretrain;

import java.util.List;

/**
 * The two stages of pre-training.
 *
 * @param towerSteps steps that teach the vision tower what each patch shows
 * @param languageSteps steps that teach projector and language model to answer, the tower frozen
 * @param batchSize pictures a step
 * @param patchClasses number of classes of each head that reads a patch, "nothing" included; accuracy is the first's
 */
public record PretrainConfig(
        long seed,
        int towerSteps,
        int languageSteps,
        int batchSize,
        double towerLearningRate,
        double languageLearningRate,
        List<Integer> patchClasses) {
    public PretrainConfig {
        patchClasses = List.copyOf(patchClasses);
    }
}

package io.mdpo.learner.pretrain;

/**
 * The two stages of pre-training.
 *
 * @param towerSteps steps that teach the vision tower what each patch shows
 * @param languageSteps steps that teach projector and language model to answer, the tower frozen
 * @param batchSize pictures a step
 * @param kinds number of patch classes, "nothing" included
 * @param colours number of patch colours, "none" included
 */
public record PretrainConfig(
        long seed,
        int towerSteps,
        int languageSteps,
        int batchSize,
        double towerLearningRate,
        double languageLearningRate,
        int kinds,
        int colours) {}

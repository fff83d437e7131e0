package io.mdpo.lab.pretrain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The two stages of pre-training.
 *
 * @param towerSteps steps that teach the vision tower what each patch shows
 * @param languageSteps steps that teach projector and language model to answer, the tower frozen
 * @param batchSize pictures a step
 * @param patchClasses number of classes of each head that reads a patch, "nothing" included; accuracy is the first's
 */
@RecordBuilder
public record PretrainConfig(
        long seed,
        int towerSteps,
        int languageSteps,
        int batchSize,
        double towerLearningRate,
        double languageLearningRate,
        List<Integer> patchClasses)
        implements PretrainConfigBuilder.With {
    public PretrainConfig {
        patchClasses = List.copyOf(patchClasses);
    }
}

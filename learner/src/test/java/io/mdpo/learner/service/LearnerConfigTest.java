package io.mdpo.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.PreferenceConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.optimizer.OptimizerConfig.Schedule;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.operator.SettingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnerConfigTest {
    @Test
    void defaultsAreAsDocumented() {
        var config = LearnerConfig.defaults();

        assertThat(config.topicPrefix()).isEqualTo("mdpo");
        assertThat(config.groupId()).isEqualTo("mdpo-learner");
        assertThat(config.runId()).isEqualTo("default");
        assertThat(config.batchSize()).isEqualTo(32);
        assertThat(config.checkpointEverySteps()).isEqualTo(20);
        assertThat(config.keepCheckpoints()).isEqualTo(5);
        assertThat(config.maxRefusalsInARow()).isEqualTo(1000);
        assertThat(config.maxNonFinitePairs()).isEqualTo(100);
        assertThat(config.maxMicroBatchTokens()).isEqualTo(2_048);
        assertThat(config.lora()).isEqualTo(new LoraConfig(16, 16, List.of()));
        assertThat(config.objective()).isEqualTo(PreferenceConfig.mdpo(0.1, 0, 1, 1, 1));
        var optimizer = config.optimizer();
        assertThat(optimizer.learningRate()).isEqualTo(1e-5);
        assertThat(optimizer.beta1()).isEqualTo(0.9);
        assertThat(optimizer.beta2()).isEqualTo(0.98);
        assertThat(optimizer.epsilon()).isEqualTo(1e-8);
        assertThat(optimizer.weightDecay()).isEqualTo(0.05);
        assertThat(optimizer.maxGradNorm()).isEqualTo(1);
        assertThat(optimizer.warmupSteps()).isEqualTo(10);
        assertThat(optimizer.schedule()).isEqualTo(Schedule.CONSTANT);
    }

    /** A checkpoint names the settings that differ from the defaults: there is one set of them. */
    @Test
    void defaultsAreThoseThatARunIsComparedWith() {
        assertThat(LearnerConfig.defaults().policy()).isEqualTo(PolicyTrainer.Settings.defaults());
    }

    @Test
    void twoRunsHaveDifferentTransactionalIds() {
        assertThat(LearnerConfig.defaults().withRunId("a").transactionalId()).isEqualTo("mdpo-learner-a");
    }

    @Test
    void aRunIdThatCannotStandInAKeyIsRefused() {
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> LearnerConfig.defaults().withRunId("a/b"))
                .withMessage("run-id is 'a/b'; it has to be 1 to 100 letters, digits, dots, dashes or underscores");
    }

    @Test
    void aScheduleWithAnEndNeedsMoreStepsThanItsWarmup() {
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> optimizer(Schedule.COSINE, 10, 10))
                .withMessageContainingAll("total-steps = 10", "cosine");
        assertThat(optimizer(Schedule.LINEAR, 10, 11).totalSteps()).isEqualTo(11);
    }

    @Test
    void numbersOutOfRangeAreRefusedByTheNameOfTheirSetting() {
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> PreferenceConfig.mdpo(Double.NaN, 0, 1, 1, 1))
                .withMessageContaining("beta = NaN");
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> PreferenceConfig.mdpo(0.1, 0, 0, 0, 0))
                .withMessageContaining("one is above");
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> new LoraConfig(0, 16, List.of("q_proj")))
                .withMessageContaining("rank = 0");
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> new LoraConfig(16, 0, List.of()))
                .withMessageContaining("alpha = 0");
    }

    private static OptimizerConfig optimizer(Schedule schedule, long warmupSteps, long totalSteps) {
        return OptimizerConfig.defaults()
                .with(config ->
                        config.warmupSteps(warmupSteps).schedule(schedule).totalSteps(totalSteps));
    }
}

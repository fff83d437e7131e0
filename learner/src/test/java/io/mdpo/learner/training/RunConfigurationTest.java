package io.mdpo.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.KtoConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.objective.PreferenceConfig;
import io.mdpo.learner.objective.SimpoConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.training.PolicyTrainer.Settings;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RunConfigurationTest {
    /** The digest is that of {@code sha256sum}. */
    @Test
    void theDefaultsAreTheVersionAlone() {
        var configuration = RunConfiguration.of(Settings.defaults());

        assertThat(configuration.text()).isEqualTo("mdpo-run/1\n");
        assertThat(configuration.digest())
                .isEqualTo("28017b0a730f9030bfcde7fb07216679ba1d313412e33b7f29731098959d9302");
    }

    /**
     * Whoever changes a default or renames a key raises the version of {@link RunConfiguration}, and then this table: a run
     * that left the setting at its default would go on with another value. A key that is new joins the table, and the version
     * stays.
     */
    @Test
    void everyDefaultIsPinnedToTheVersion() {
        assertThat(lines(Settings.defaults())).isEqualTo("""
                batch-size = 32
                lora.alpha = 16
                lora.rank = 16
                lora.targets = []
                max-micro-batch-tokens = 2048
                objective.anchor-weight = 1
                objective.beta = 0.1
                objective.corrupted-anchor-weight = 0
                objective.delta = 0
                objective.image-weight = 1
                objective.kind = preference
                objective.label-smoothing = 0
                objective.rejected-anchor-weight = 0
                objective.response-loss = sigmoid
                objective.response-weight = 1
                objective.sft-weight = 0
                optimizer.beta1 = 0.9
                optimizer.beta2 = 0.98
                optimizer.epsilon = 0.00000001
                optimizer.learning-rate = 0.00001
                optimizer.max-grad-norm = 1
                optimizer.schedule = constant
                optimizer.total-steps = 0
                optimizer.warmup-steps = 10
                optimizer.weight-decay = 0.05
                seed = 0
                """);
        assertThat(lines(SimpoConfig.defaults())).isEqualTo("""
                beta = 2
                gamma = 0.5
                kind = simpo
                """);
        assertThat(lines(KtoConfig.defaults())).isEqualTo("""
                anchor-weight = 0
                beta = 0.1
                desirable-weight = 1
                image-weight = 0
                kind = kto
                undesirable-weight = 1
                """);
    }

    @Test
    void whatDiffersStandsInTheOrderOfItsKeys() {
        var settings = new Settings(
                new LoraConfig(16, 32, List.of("q_proj", "v_proj")),
                PreferenceConfig.defaults().withBeta(1),
                OptimizerConfig.defaults().withLearningRate(1e-3),
                -7,
                8,
                2_048);

        assertThat(RunConfiguration.of(settings).text()).isEqualTo("""
                mdpo-run/1
                batch-size = 8
                lora.alpha = 32
                lora.targets = ["q_proj", "v_proj"]
                objective.beta = 1
                optimizer.learning-rate = 0.001
                seed = -7
                """);
    }

    @Test
    void anotherKindOfSectionDiffersFromItsOwnDefaults() {
        assertThat(text(SimpoConfig.defaults())).isEqualTo("mdpo-run/1\nobjective.kind = simpo\n");
        assertThat(text(new KtoConfig(0.5, 1, 1.5, 0, 0))).isEqualTo("""
                mdpo-run/1
                objective.beta = 0.5
                objective.kind = kto
                objective.undesirable-weight = 1.5
                """);
    }

    /** Settings of today. */
    record Before(int rank, double rate) {}

    /** Settings of a later release. */
    record After(boolean shuffled, int rank, double rate, String order) {}

    @Test
    void aSettingThatIsNewAndStandsAtItsDefaultChangesNoDigest() {
        var before = RunConfiguration.of(SettingsText.different(new Before(8, 1e-4), new Before(16, 1e-5)));
        var after = RunConfiguration.of(
                SettingsText.different(new After(false, 8, 1e-4, "log"), new After(false, 16, 1e-5, "log")));
        var used = RunConfiguration.of(
                SettingsText.different(new After(true, 8, 1e-4, "log"), new After(false, 16, 1e-5, "log")));

        assertThat(after.digest()).isEqualTo(before.digest());
        assertThat(used.digest()).isNotEqualTo(before.digest());
        assertThat(before.differencesTo(used)).containsExactly("shuffled was its default and is true");
    }

    /** Numbers and texts in every form. */
    record Values(double one, double two, double three, double four, String text) {}

    @Test
    void aValueHasOneSpelling() {
        var values = new Values(-0.0, Double.parseDouble("2e23"), 1.0 / 3, Double.MIN_VALUE, "a \"b\"\nc\\");

        assertThat(lines(values)).isEqualTo("""
                four = %s
                one = 0
                text = "a \\"b\\"\\nc\\\\"
                three = 0.3333333333333333
                two = 200000000000000000000000
                """.formatted("0." + "0".repeat(323) + "5"));
    }

    @Test
    void differencesNameBothValuesAndTheVersion() {
        var then = new RunConfiguration("mdpo-run/1\nbatch-size = 8\nlora.targets = [\"a = b\"]\nseed = 3\n");
        var now = new RunConfiguration("mdpo-run/2\nbatch-size = 16\nlora.rank = 4\nseed = 3\n");

        assertThat(then.differencesTo(now))
                .containsExactly(
                        "the format was mdpo-run/1 and is mdpo-run/2",
                        "batch-size was 8 and is 16",
                        "lora.rank was its default and is 4",
                        "lora.targets was [\"a = b\"] and is its default");
        assertThat(then.differencesTo(then)).isEmpty();
    }

    private static String text(ObjectiveConfig objective) {
        var defaults = Settings.defaults();
        return RunConfiguration.of(new Settings(
                        defaults.lora(),
                        objective,
                        defaults.optimizer(),
                        defaults.seed(),
                        defaults.batchSize(),
                        defaults.maxMicroBatchTokens()))
                .text();
    }

    private static String lines(Record settings) {
        return new TreeMap<>(SettingsText.all(settings))
                .entrySet().stream()
                        .map(line -> line.getKey() + " = " + line.getValue() + "\n")
                        .collect(Collectors.joining());
    }
}

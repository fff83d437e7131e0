package io.mdpo.scorer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mdpo.operator.SettingException;
import io.mdpo.scorer.image.CorruptionConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScorerConfigTest {
    @Test
    void defaultsAreAsDocumented() {
        var config = ScorerConfig.defaults();

        assertThat(config.topicPrefix()).isEqualTo("mdpo");
        assertThat(config.groupId()).isEqualTo("mdpo-scorer");
        assertThat(config.corruption()).isEqualTo(CorruptionConfig.crop(0));
        assertThat(config.maxBatchPairs()).isEqualTo(32);
        assertThat(config.model().threads()).isZero();
    }

    @Test
    void anEmptyTransactionalIdBecomesOneOfTheHost() {
        assertThat(config("", 32, Map.of("bootstrap.servers", "b:1")).producerId())
                .startsWith("group-")
                .hasSizeGreaterThan("group-".length());
        assertThat(config("mine", 32, Map.of("bootstrap.servers", "b:1")).producerId())
                .isEqualTo("mine");
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> config("", 0, Map.of("bootstrap.servers", "b:1")))
                .withMessage("max-batch-pairs is 0; it has to be at least 1");
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> config("", 32, Map.of()))
                .withMessageContaining("kafka.bootstrap.servers is missing");
    }

    private static ScorerConfig config(String transactionalId, int maxBatchPairs, Map<String, String> kafka) {
        return ScorerConfig.defaults()
                .withGroupId("group")
                .withTransactionalId(transactionalId)
                .withKafka(kafka)
                .withMaxBatchPairs(maxBatchPairs);
    }
}

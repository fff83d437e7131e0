package io.mdpo.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.key.password",
                "sasl.jaas.config",
                "main.consumer.sasl.jaas.config",
                "ssl.keystore.key",
                "http.token",
                "basic.auth.user.info",
                "sasl.oauthbearer.client.credentials.client.secret",
                "Authorization",
                "X-Api-Key",
                "set-cookie"
            })
    void namesOfSecretsAreKnown(String name) {
        assertThat(Secrets.isNameOfOne(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bootstrap.servers", "max-micro-batch-tokens", "security.protocol", "traceparent"})
    void otherNamesAreNot(String name) {
        assertThat(Secrets.isNameOfOne(name)).isFalse();
    }

    @Test
    void aTextLosesTheSecretsOfTheSettings() {
        var settings = Map.of(
                "sasl.jaas.config", "Scram required username=\"mdpo\" password=\"hunter2x\";",
                "ssl.key.password", "tr0ub4dor",
                "client.id", "mdpo-1");

        assertThat(Secrets.redact("mdpo-1: no value for hunter2x, nor tr0ub4dor", settings))
                .isEqualTo("mdpo-1: no value for ***, nor ***");
    }
}

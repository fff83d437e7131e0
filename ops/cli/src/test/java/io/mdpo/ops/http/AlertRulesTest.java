package io.mdpo.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.gate.Gate;
import io.mdpo.gate.GateMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An alert on a series that nobody writes would never be raised. */
class AlertRulesTest {
    private static final Path RULES = Path.of("..", "deploy", "prometheus", "gates.rules.yml");

    @Test
    void everySeriesOfTheRulesIsServedAndEveryGateHasARule() throws IOException {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var metrics = new GateMetrics(registry, Gate.values());
        metrics.level(Gate.DISAGREEMENT, "scenes", "pairs-0", 0.5, false);
        Counter.builder("mdpo.ingest.pairs").register(registry);
        var served = registry.scrape();
        var rules = Files.readString(RULES);

        assertThat(matches("mdpo_[a-z_]+", rules)).isNotEmpty().allSatisfy(series -> assertThat(served)
                .containsPattern("(?m)^" + series + "[ {]"));
        assertThat(List.of(Gate.values()))
                .allSatisfy(gate -> assertThat(rules).contains("gate=\"" + gate.text() + "\""));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(result -> result.group())
                .distinct()
                .toList();
    }
}

package io.mdpo.ops.config;

import static io.mdpo.operator.SettingException.require;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record with every type that a setting may have. */
public record SampleConfig(
        String topicPrefix,
        Map<String, String> kafka,
        int maxCount,
        long seed,
        double learningRate,
        boolean enabled,
        Duration window,
        Path stateDir,
        Speed speed,
        Optional<Path> imageRoot,
        List<String> targets,
        Inner inner) {
    /** A choice of two words. */
    public enum Speed {
        FULL_SPEED,
        SLOW
    }

    /** A section in the section. */
    public record Inner(int rank, double alpha) {
        public Inner {
            require(rank > 0, "rank", "is " + rank + "; it has to be at least 1");
        }
    }

    public SampleConfig {
        require(maxCount > 0, "max-count", "is " + maxCount + "; it has to be at least 1");
        require(learningRate > 0, "learning-rate", "is " + learningRate + "; it has to be positive");
    }

    public static SampleConfig defaults() {
        return new SampleConfig(
                "mdpo",
                Map.of("bootstrap.servers", "localhost:9092"),
                10,
                7,
                1e-5,
                true,
                Duration.ofDays(7),
                Path.of("state"),
                Speed.SLOW,
                Optional.empty(),
                List.of("q_proj", "k_proj"),
                new Inner(16, 32));
    }
}

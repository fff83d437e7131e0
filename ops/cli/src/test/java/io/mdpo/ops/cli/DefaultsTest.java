package io.mdpo.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefaultsTest {
    /** {@code ops/mdpo config > ops/cli/src/test/resources/defaults.conf} writes the file anew. */
    @Test
    void everyKeyAndItsDefaultIsPinned() throws IOException {
        try (var golden = Objects.requireNonNull(DefaultsTest.class.getResourceAsStream("/defaults.conf"))) {
            assertThat(ConfigOptions.loader().load(Optional.empty(), List.of()).print())
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}

package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class RequiredToolTest {
    @Test
    void aToolOnThePathIsTaken() {
        assertThatCode(() -> RequiredTool.require("ls", true)).doesNotThrowAnyException();
    }

    @Test
    void aMissingToolFailsTheTestInContinuousIntegration() {
        assertThatThrownBy(() -> RequiredTool.require("no-such-tool", true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no-such-tool");
    }

    @Test
    void aMissingToolSkipsTheTestElsewhere() {
        assertThatThrownBy(() -> RequiredTool.require("no-such-tool", false)).isInstanceOf(TestAbortedException.class);
    }
}

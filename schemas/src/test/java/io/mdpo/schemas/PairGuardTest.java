package io.mdpo.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.schemas.FailuresInARow.TooManyFailuresException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairGuardTest {
    private static final Optional<RejectionReason> FAILED = Optional.of(RejectionReason.UNPREPARABLE_PAIR);
    private static final Optional<RejectionReason> REFUSED = Optional.of(RejectionReason.EMPTY_CHOSEN);

    @Test
    void whatGoesWellIsTheAnswer() {
        assertThat(PairGuard.guard(() -> "done", sentence -> sentence)).isEqualTo("done");
    }

    @Test
    void theSentenceNamesExceptionAndPlaceAndNothingOfThePair() {
        var sentence = PairGuard.guard(
                () -> {
                    throw new IllegalStateException("the prompt says: a secret");
                },
                why -> why);

        assertThat(sentence)
                .startsWith("the pair failed: java.lang.IllegalStateException in io.mdpo.schemas.PairGuardTest.")
                .doesNotContain("secret");
    }

    @Test
    void aStackAndAnArrayThatCannotBeHadAreThePairsFault() {
        assertThat(PairGuard.guard(() -> "" + deep(0), why -> why)).contains("StackOverflowError");
        assertThat(PairGuard.guard(() -> "" + new byte[Integer.MAX_VALUE].length, why -> why))
                .contains("OutOfMemoryError");
    }

    private static int deep(int level) {
        return level < 0 ? 0 : 1 + deep(level + 1);
    }

    @Test
    void manyFailuresInARowEndTheServiceAndAnythingBetweenThemBeginsTheCountAgain() {
        var failures = new FailuresInARow(3);
        for (int i = 0; i < 10; i++) {
            failures.count(FAILED, "");
            failures.count(FAILED, "");
            failures.count(i % 2 == 0 ? REFUSED : Optional.empty(), "");
        }
        failures.count(FAILED, "");
        failures.count(FAILED, "");

        assertThatThrownBy(() -> failures.count(FAILED, "the last one"))
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessageContaining("3 pairs in a row")
                .hasMessageContaining("the last one")
                .hasMessageContaining("max-failures-in-a-row");
    }

    @Test
    void refusalsForKnownReasonsAreNoFailures() {
        var failures = new FailuresInARow(1);

        assertThatCode(() -> failures.count(REFUSED, "")).doesNotThrowAnyException();
    }
}

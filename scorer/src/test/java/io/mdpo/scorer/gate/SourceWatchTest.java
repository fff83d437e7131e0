package io.mdpo.scorer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceWatchTest {
    private static final double FLIPPED = 0.2;
    private static final Baseline USUAL = new Baseline(1_000, 320, 8);
    private static final DisagreementConfig CONFIG = DisagreementConfig.defaults();

    /** By hand: Wilson's upper limit of 8 in 1000 is 0.0141423; ln(0.0753139 / 0.0141423), ln(0.2588285 / 0.32). */
    @Test
    void evidenceIsTheLogarithmOfTheRatioOfTheLikelihoods() {
        assertThat(USUAL.evidence(LabelOrder.DISAGREES, FLIPPED)).isCloseTo(1.6724914, within(1e-6));
        assertThat(USUAL.evidence(LabelOrder.AGREES, FLIPPED)).isCloseTo(-0.2121554, within(1e-6));
        assertThat(USUAL.evidence(LabelOrder.UNDECIDED, FLIPPED)).isZero();
        assertThat(USUAL.information(FLIPPED)).isCloseTo(0.0710499, within(1e-6));
    }

    @Test
    void aReferenceThatAgreesNoMoreOftenThanItDisagreesCannotTell() {
        var blind = new Baseline(1_000, 10, 20);

        assertThat(blind.evidence(LabelOrder.DISAGREES, FLIPPED)).isCloseTo(0, within(1e-9));
        assertThat(blind.information(FLIPPED)).isCloseTo(0, within(1e-9));
    }

    /** Lorden's bound, with a limit at which false alarms are frequent enough to be counted. */
    @Test
    void falseAlarmsAreAtLeastARunLengthApartInTheMean() {
        var config = CONFIG.withRunLength(1_000);
        var random = new Random(1);
        long pairs = 0;
        int alarms = 0;
        for (var watch = known(); alarms < 50; pairs++) {
            watch = watch.after(draw(random, disagreement(), 0.32), Optional.empty(), config);
            if (watch.alarm()) {
                alarms++;
                watch = known();
            }
        }

        assertThat(pairs / alarms).isGreaterThanOrEqualTo(1_000);
    }

    /** Wald: the evidence of the mean pair leads to the limit, and little beyond. */
    @Test
    void anAlarmComesAfterAsManyPairsAsTheInformationSays() {
        var random = new Random(2);
        double flippedDisagreement = (1 - FLIPPED) * disagreement() + FLIPPED * 0.32;
        double flippedAgreement = (1 - FLIPPED) * 0.32 + FLIPPED * disagreement();
        long pairs = 0;
        for (int run = 0; run < 200; run++) {
            for (var watch = known(); !watch.alarm(); pairs++) {
                watch = watch.after(draw(random, flippedDisagreement, flippedAgreement), Optional.empty(), CONFIG);
            }
        }

        assertThat(pairs / 200.0).isCloseTo(CONFIG.limit() / USUAL.information(FLIPPED), within(35.0));
    }

    @Test
    void anAlarmLastsUntilTheEvidenceHasGone() {
        var watch = known();
        while (!watch.alarm()) {
            watch = watch.after(LabelOrder.DISAGREES, Optional.empty(), CONFIG);
        }
        assertThat(watch.level(CONFIG)).isEqualTo(1);

        int pairs = 0;
        while (watch.alarm()) {
            watch = watch.after(LabelOrder.AGREES, Optional.empty(), CONFIG);
            pairs++;
        }

        assertThat(pairs).isEqualTo((int) Math.ceil(CONFIG.limit() / 0.2121554));
        assertThat(watch.level(CONFIG)).isZero();
    }

    @Test
    void aNewSourceIsJudgedByTheOthersAndItsFaultsDoNotBecomeItsHabit() {
        var watch = SourceWatch.NEW;
        for (int i = 0; i < 2_000; i++) {
            watch = watch.after(i % 2 == 0 ? LabelOrder.DISAGREES : LabelOrder.AGREES, Optional.of(USUAL), CONFIG);
        }

        assertThat(watch.alarm()).isTrue();
        assertThat(watch.isComplete(CONFIG)).isFalse();
    }

    @Test
    void aBaselineIsKeptOnceItIsComplete() {
        var watch = SourceWatch.NEW;
        for (int i = 0; i < 1_200; i++) {
            watch = watch.after(i < 1_000 ? LabelOrder.AGREES : LabelOrder.UNDECIDED, Optional.empty(), CONFIG);
        }

        assertThat(watch.baseline()).isEqualTo(new Baseline(1_000, 1_000, 0));
    }

    private static SourceWatch known() {
        return new SourceWatch(USUAL, 0, false);
    }

    /** What the gate takes the source for. */
    private static double disagreement() {
        return 0.0141423363;
    }

    private static LabelOrder draw(Random random, double disagree, double agree) {
        double at = random.nextDouble();
        return at < disagree ? LabelOrder.DISAGREES : at < disagree + agree ? LabelOrder.AGREES : LabelOrder.UNDECIDED;
    }
}

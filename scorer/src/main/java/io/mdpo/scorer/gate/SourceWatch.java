package io.mdpo.scorer.gate;

import java.util.Optional;

/**
 * A sequential test of one source: a CUSUM of log-likelihood ratios (Page 1954), which no test with as few false alarms
 * beats in its worst delay (Moustakides 1986). With a limit of {@code ln(n)} there are {@code n} pairs between two false
 * alarms at least and in the mean (Lorden 1971).
 *
 * @param baseline what is usual for the source
 * @param evidence of a share of reversed labels, in ten thousandths of a nat: whole numbers survive writing and reading
 * @param alarm from the limit on, until the evidence has gone
 */
record SourceWatch(Baseline baseline, int evidence, boolean alarm) {
    static final SourceWatch NEW = new SourceWatch(Baseline.EMPTY, 0, false);

    private static final double UNIT = 1e-4;

    /**
     * After one more pair.
     *
     * @param others what is usual for the other sources, by which one is judged until it has a baseline
     */
    SourceWatch after(LabelOrder order, Optional<Baseline> others, DisagreementConfig config) {
        boolean complete = isComplete(config);
        var known = complete ? Optional.of(baseline) : others;
        int limit = (int) Math.ceil(config.limit() / UNIT);
        int step = known.map(usual -> (int) Math.rint(usual.evidence(order, config.flippedShare()) / UNIT))
                .orElse(0);
        int sum = Math.max(0, Math.min(limit, evidence + step));
        boolean raised = sum == limit || (alarm && sum > 0);
        // What happens under an alarm is not what is usual.
        return new SourceWatch(complete ? baseline : raised ? Baseline.EMPTY : baseline.with(order), sum, raised);
    }

    boolean isComplete(DisagreementConfig config) {
        return baseline.pairs() >= config.baseline();
    }

    /** 1 at the limit. */
    double level(DisagreementConfig config) {
        return Math.min(1, evidence * UNIT / config.limit());
    }
}

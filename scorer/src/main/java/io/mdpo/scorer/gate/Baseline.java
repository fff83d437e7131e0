package io.mdpo.scorer.gate;

/**
 * How often the reference agreed and disagreed while all was well.
 *
 * @param pairs looked at, the undecided ones too
 */
record Baseline(int pairs, int agreeing, int disagreeing) {
    static final Baseline EMPTY = new Baseline(0, 0, 0);

    /** One-sided 95 % quantile of the normal distribution. */
    private static final double Z = 1.645;

    Baseline {
        if (agreeing < 0 || disagreeing < 0 || agreeing + disagreeing > pairs) {
            throw new IllegalArgumentException(
                    "%d pairs cannot hold %d that agree and %d that disagree".formatted(pairs, agreeing, disagreeing));
        }
    }

    Baseline with(LabelOrder order) {
        return new Baseline(
                pairs + 1,
                agreeing + (order == LabelOrder.AGREES ? 1 : 0),
                disagreeing + (order == LabelOrder.DISAGREES ? 1 : 0));
    }

    Baseline plus(Baseline other) {
        return new Baseline(pairs + other.pairs, agreeing + other.agreeing, disagreeing + other.disagreeing);
    }

    /**
     * Logarithm of how much likelier an order is if a share of the labels is reversed. A reversed label swaps agreement and
     * disagreement and leaves the rest, so what a flip looks like follows from what is usual. Where the reference agrees no
     * more often than it disagrees, it cannot tell, and nothing is evidence.
     */
    double evidence(LabelOrder order, double flippedShare) {
        double disagree = disagreement();
        double agree = Math.max(disagree, (double) agreeing / pairs);
        return switch (order) {
            case UNDECIDED -> 0;
            case DISAGREES -> Math.log(((1 - flippedShare) * disagree + flippedShare * agree) / disagree);
            case AGREES -> Math.log(((1 - flippedShare) * agree + flippedShare * disagree) / agree);
        };
    }

    /** Mean evidence of a pair while that share is reversed, in nats; 0 where the reference cannot tell. */
    double information(double flippedShare) {
        double disagree = disagreement();
        double agree = Math.max(disagree, (double) agreeing / pairs);
        return ((1 - flippedShare) * disagree + flippedShare * agree) * evidence(LabelOrder.DISAGREES, flippedShare)
                + ((1 - flippedShare) * agree + flippedShare * disagree) * evidence(LabelOrder.AGREES, flippedShare);
    }

    /** The upper end of the 95 % interval (Wilson 1927): few pairs must not make the gate nervous. */
    private double disagreement() {
        double n = pairs;
        double p = disagreeing / n;
        double z2 = Z * Z;
        return (p + z2 / (2 * n) + Z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n);
    }
}

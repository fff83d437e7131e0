package io.mdpo.lab.experiment;

import java.util.List;

/**
 * What an experiment runs.
 *
 * @param variants compared on every stream
 * @param learningRates of the grid, the same for every variant
 * @param betas of the grid
 * @param strengths of the shortcut, for the curve over its strength
 * @param strengthVariants in that curve
 * @param sizes numbers of pairs, for the curve over the amount of data
 * @param sizeVariants in that curve
 */
record Suite(
        List<Variant> variants,
        List<Double> learningRates,
        List<Double> betas,
        List<Double> strengths,
        List<Variant> strengthVariants,
        List<Integer> sizes,
        List<Variant> sizeVariants) {
    /** The shortcut's strength in the comparison of variants. */
    static final double SHORTCUT_STRENGTH = 0.8;

    /** Suites by name. */
    enum Name {
        /** The paper's comparison. */
        PAPER,
        /** A few minutes, for continuous integration. */
        SMALL;

        Suite suite() {
            return this == PAPER ? paper() : small();
        }
    }

    private static Suite paper() {
        return new Suite(
                List.of(Variant.values()),
                List.of(1e-3, 2e-3),
                List.of(0.2, 0.5),
                List.of(0.0, 0.5, SHORTCUT_STRENGTH, 1.0),
                List.of(Variant.DPO, Variant.DPO_WITHOUT_IMAGE, Variant.MDPO, Variant.MDPO_WITHOUT_CONDITIONAL),
                List.of(128, 256, 512, 1024),
                List.of(Variant.DPO, Variant.MDPO));
    }

    private static Suite small() {
        return new Suite(
                List.of(Variant.DPO, Variant.MDPO, Variant.MDPO_WITHOUT_ANCHOR),
                List.of(1e-3),
                List.of(0.5),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** Every combination of learning rate and beta. */
    List<Setting> grid() {
        return learningRates.stream()
                .flatMap(rate -> betas.stream().map(beta -> new Setting(rate, beta)))
                .toList();
    }
}

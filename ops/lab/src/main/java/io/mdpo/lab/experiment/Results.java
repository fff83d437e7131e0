package io.mdpo.lab.experiment;

import java.util.List;

/**
 * What an experiment found.
 *
 * @param command what makes it again
 * @param hardware where it ran
 * @param seconds of all trainings, one after another
 */
record Results(String command, String hardware, Plan plan, List<OnStream> streams, double seconds) {
    /**
     * Results of one stream.
     *
     * @param base the model before any training, on the scenes of the comparison
     * @param compared in the order of the suite
     * @param strengths the curve over the shortcut's strength; empty for the grounded stream
     * @param sizes the curve over the number of pairs
     */
    record OnStream(StreamKind kind, Scores base, List<Compared> compared, List<Point> strengths, List<Point> sizes) {}

    /**
     * A variant in the comparison.
     *
     * @param tuning one training for each setting of the grid, on other scenes
     * @param runs one training a seed
     */
    record Compared(Variant variant, Setting setting, List<Tried> tuning, List<RunResult> runs) {}

    /** A setting of the grid. */
    record Tried(Setting setting, Scores scores, double penalty) {}

    /**
     * A point of a curve.
     *
     * @param trainings one a seed
     */
    record Point(Variant variant, double x, List<Trained> trainings) {
        List<Scores> scores() {
            return trainings.stream().map(Trained::scores).toList();
        }
    }

    /** A training and what came of it. */
    record Trained(RunSpec spec, Scores scores) {}
}

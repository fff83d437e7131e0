package io.mdpo.lab.experiment;

import java.util.List;
import java.util.Map;

/**
 * What came of a training.
 *
 * @param scores on the run's scenes
 * @param curves metric values of every step
 * @param seconds of training and judging
 */
record RunResult(String id, Scores scores, Map<String, List<Double>> curves, double seconds) {}

package io.mdpo.lab.experiment;

import io.mdpo.lab.metrics.HallucinationMetrics;
import io.mdpo.lab.metrics.YesNoMetrics;

/**
 * What a model is worth on unseen scenes.
 *
 * @param greedy metrics of greedy answers
 * @param sampled metrics of answers sampled at temperature 1
 * @param yesNo answers to questions about objects, by the more likely of yes and no
 * @param imageAccuracy percent of the true captions that are more likely given their picture than given a crop of it
 * @param imageMargin by how much, mean, in nats
 * @param chosenLogProb mean log-probability of the true caption, in nats
 */
record Scores(
        HallucinationMetrics greedy,
        HallucinationMetrics sampled,
        YesNoMetrics yesNo,
        double imageAccuracy,
        double imageMargin,
        double chosenLogProb) {}

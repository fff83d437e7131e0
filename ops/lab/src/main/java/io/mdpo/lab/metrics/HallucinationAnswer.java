package io.mdpo.lab.metrics;

import java.util.List;
import java.util.Set;

/**
 * What one answer mentions, beside what its picture shows.
 *
 * @param truth every object that is in the picture
 * @param mentioned every object that the answer names, in order; one named twice is there twice
 * @param planted absent objects that the base was taught to claim for this picture
 * @param expectedPartners objects that are in the picture together with what they tend to be claimed with
 * @param wellFormed whether the answer follows the grammar of answers
 */
public record HallucinationAnswer(
        Set<String> truth,
        List<String> mentioned,
        Set<String> planted,
        Set<String> expectedPartners,
        boolean wellFormed) {

    public HallucinationAnswer {
        truth = Set.copyOf(truth);
        mentioned = List.copyOf(mentioned);
        planted = Set.copyOf(planted);
        expectedPartners = Set.copyOf(expectedPartners);
        if (planted.stream().anyMatch(truth::contains)) {
            throw new IllegalArgumentException("An object cannot be planted and in the picture: " + planted + ".");
        }
        if (!truth.containsAll(expectedPartners)) {
            throw new IllegalArgumentException("An expected partner is not in the picture: " + expectedPartners + ".");
        }
    }
}

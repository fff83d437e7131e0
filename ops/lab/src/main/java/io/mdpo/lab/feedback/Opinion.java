package io.mdpo.lab.feedback;

import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;

/** One feedback, and the time of its record. */
record Opinion(Feedback feedback, long time) {
    String rater() {
        return feedback.getRater();
    }

    String id() {
        return feedback.getFeedbackId();
    }

    boolean isLaterThan(Opinion other) {
        int order = feedback.getCreatedAt().compareTo(other.feedback.getCreatedAt());
        return order > 0 || (order == 0 && id().compareTo(other.id()) > 0);
    }

    /** The pair that some opinions make of two answers to what one interaction is about. */
    static Paired paired(
            String rule, String kind, Interaction about, String chosen, String rejected, List<Opinion> by) {
        var last = by.get(0);
        for (var opinion : by) {
            last = opinion.isLaterThan(last) ? opinion : last;
        }
        return new Paired(
                rule,
                kind,
                (ByteBuffer) about.getImages().get(0),
                prompt(about),
                chosen,
                rejected,
                List.copyOf(new TreeSet<>(by.stream().map(Opinion::id).toList())),
                List.copyOf(new TreeSet<>(by.stream()
                        .map(opinion -> opinion.feedback.getInteractionId())
                        .toList())),
                List.copyOf(new TreeSet<>(by.stream()
                        .map(Opinion::rater)
                        .filter(rater -> !rater.isEmpty())
                        .toList())),
                last.feedback.getSource(),
                last.feedback.getCreatedAt());
    }

    static String prompt(Interaction interaction) {
        return interaction.getPrompt().get(0).getContent().get(0).getText().strip();
    }
}

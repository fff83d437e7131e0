package io.mdpo.ingest.pairing;

import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Thumb;
import java.util.List;
import java.util.Optional;

/** A feedback as the rules see it. */
record Said(Voice voice, Object judgement) {
    static Said of(Held held) {
        var feedback = held.feedback();
        return new Said(Voice.of(feedback, held.headers()), feedback.getJudgement());
    }

    String id() {
        return voice.feedbackId();
    }

    /** Ids of the answers that it is about; none for a retraction. */
    List<String> answers() {
        if (judgement instanceof Preferred preferred) {
            return List.of(preferred.getChosen(), preferred.getRejected());
        } else if (judgement instanceof Thumb thumb) {
            return List.of(thumb.getAnswer());
        } else if (judgement instanceof Rating rating) {
            return List.of(rating.getAnswer());
        } else if (judgement instanceof Edit edit) {
            return List.of(edit.getAnswer());
        }
        return List.of();
    }

    /** Rater, kind and answers: the last that was said of one subject is what the rater thinks. Nobody's is nobody's. */
    Optional<List<Object>> subject() {
        return voice.rater().isEmpty() || answers().isEmpty()
                ? Optional.empty()
                : Optional.of(List.of(
                        voice.rater(),
                        judgement.getClass(),
                        answers().stream().sorted().toList()));
    }
}

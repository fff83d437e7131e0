package io.mdpo.ingest.pairing;

import io.mdpo.ingest.PairNormalizer;
import io.mdpo.schemas.avro.Interaction;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One interaction that settles.
 *
 * @param answers normalised texts by answer id; of two answers with one id the first counts
 * @param at when it settles, in the time of the records
 * @param home its partition
 */
record Case(Interaction interaction, Map<String, String> answers, long at, int home) {
    static Case of(Interaction interaction, long at, int home) {
        var answers = new HashMap<String, String>();
        interaction
                .getAnswers()
                .forEach(answer -> answers.putIfAbsent(answer.getAnswerId(), PairNormalizer.answer(answer.getText())));
        return new Case(interaction, Map.copyOf(answers), at, home);
    }

    String text(String answerId) {
        return Objects.requireNonNull(answers.get(answerId));
    }
}

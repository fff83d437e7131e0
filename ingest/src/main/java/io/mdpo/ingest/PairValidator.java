package io.mdpo.ingest;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Turn;
import java.util.Set;

/** The rules for the texts of a normalised pair. */
final class PairValidator {
    /** Longest pair id, in UTF-16 units: it is a key, and is repeated in many records. */
    static final int MAX_PAIR_ID_CHARS = 512;

    /** A turn may be one character long: millions would fit into a record. */
    private static final int MAX_TURNS = 256;

    private static final Set<String> ROLES = Set.of("system", "user", "assistant");

    private final int maxTextChars;

    PairValidator(int maxTextChars) {
        this.maxTextChars = maxTextChars;
    }

    Outcome<PreferencePair> validate(PreferencePair pair) {
        return prompt(pair)
                .then(p -> text(p, p.getChosen(), "chosen answer", RejectionReason.EMPTY_CHOSEN))
                .then(p -> text(p, p.getRejected(), "rejected answer", RejectionReason.EMPTY_REJECTED))
                .then(PairValidator::preference);
    }

    private Outcome<PreferencePair> prompt(PreferencePair pair) {
        var turns = pair.getPrompt();
        if (turns.size() > MAX_TURNS) {
            return Outcome.refused(
                    RejectionReason.TEXT_TOO_LONG,
                    "the prompt has %d turns, and at most %d are allowed".formatted(turns.size(), MAX_TURNS));
        }
        for (int i = 0; i < turns.size(); i++) {
            var turn = turns.get(i);
            var name = "turn %d of %d of the prompt".formatted(i + 1, turns.size());
            if (!ROLES.contains(turn.getRole())) {
                return Outcome.refused(
                        RejectionReason.EMPTY_PROMPT,
                        "%s has a role other than system, user and assistant".formatted(name));
            }
            var checked = text(pair, turn.getText(), name, RejectionReason.EMPTY_PROMPT);
            if (checked instanceof Outcome.Refused<PreferencePair>) {
                return checked;
            }
        }
        if (turns.stream().map(Turn::getRole).noneMatch("user"::equals)) {
            return Outcome.refused(
                    RejectionReason.EMPTY_PROMPT,
                    "none of the %d turns of the prompt is the user's".formatted(turns.size()));
        }
        return Outcome.accepted(pair);
    }

    private Outcome<PreferencePair> text(PreferencePair pair, String text, String name, RejectionReason ifEmpty) {
        if (text.isEmpty()) {
            return Outcome.refused(ifEmpty, "the text of the %s is empty or only white space".formatted(name));
        }
        if (text.length() > maxTextChars) {
            return Outcome.refused(
                    RejectionReason.TEXT_TOO_LONG,
                    "the text of the %s has %d characters, and at most %d are allowed"
                            .formatted(name, text.length(), maxTextChars));
        }
        return Outcome.accepted(pair);
    }

    private static Outcome<PreferencePair> preference(PreferencePair pair) {
        return pair.getChosen().equals(pair.getRejected())
                ? Outcome.refused(
                        RejectionReason.CHOSEN_EQUALS_REJECTED,
                        "the chosen and the rejected answer are the same %d characters after normalisation"
                                .formatted(pair.getChosen().length()))
                : Outcome.accepted(pair);
    }
}

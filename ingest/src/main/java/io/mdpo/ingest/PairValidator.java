package io.mdpo.ingest;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules for the texts of a normalised pair. */
final class PairValidator {
    /** Longest pair id, in UTF-16 units: it is a key, and is repeated in many records. */
    static final int MAX_PAIR_ID_CHARS = 512;

    /** Messages and their parts. One may be a character long: millions would fit into a record. */
    private static final int MAX_PIECES = 512;

    /** So that a record of tiny images does not cost minutes. */
    private static final int MAX_IMAGES = 64;

    private static final Set<String> ROLES = Set.of("system", "user", "assistant");

    private final int maxTextChars;

    PairValidator(int maxTextChars) {
        this.maxTextChars = maxTextChars;
    }

    Outcome<PreferencePair> validate(PreferencePair pair) {
        return prompt(pair).then(PairValidator::images).then(this::answers);
    }

    /** Those that the kind asks for are there, and no other. */
    private Outcome<PreferencePair> answers(PreferencePair pair) {
        var fault = PairKind.fault(pair);
        if (fault.isPresent()) {
            return Outcome.refused(RejectionReason.INVALID_KIND, fault.get());
        }
        return switch (PairKind.of(pair).orElseThrow()) {
            case PAIR -> chosen(pair).then(this::rejected).then(PairValidator::preference);
            case DESIRABLE -> chosen(pair);
            case UNDESIRABLE -> rejected(pair);
        };
    }

    private Outcome<PreferencePair> chosen(PreferencePair pair) {
        return text(pair, pair.getChosen(), "chosen answer", RejectionReason.EMPTY_CHOSEN);
    }

    private Outcome<PreferencePair> rejected(PreferencePair pair) {
        return text(pair, pair.getRejected(), "rejected answer", RejectionReason.EMPTY_REJECTED);
    }

    private Outcome<PreferencePair> prompt(PreferencePair pair) {
        var messages = pair.getPrompt();
        int pieces = messages.stream()
                .mapToInt(message -> 1 + message.getContent().size())
                .sum();
        if (pieces > MAX_PIECES) {
            return Outcome.refused(
                    RejectionReason.TEXT_TOO_LONG,
                    "the prompt has %d messages and parts, and at most %d are allowed".formatted(pieces, MAX_PIECES));
        }
        for (int i = 0; i < messages.size(); i++) {
            var checked =
                    message(pair, messages.get(i), "message %d of %d of the prompt".formatted(i + 1, messages.size()));
            if (checked instanceof Outcome.Refused<PreferencePair>) {
                return checked;
            }
        }
        if (messages.stream().map(Message::getRole).noneMatch("user"::equals)) {
            return Outcome.refused(
                    RejectionReason.EMPTY_PROMPT,
                    "none of the %d messages of the prompt is the user's".formatted(messages.size()));
        }
        return Outcome.accepted(pair);
    }

    private Outcome<PreferencePair> message(PreferencePair pair, Message message, String name) {
        if (!ROLES.contains(message.getRole())) {
            return Outcome.refused(
                    RejectionReason.INVALID_ROLE,
                    "%s has a role other than system, user and assistant".formatted(name));
        }
        if (!message.getContent().stream().allMatch(PairValidator::isTextOrImage)) {
            return Outcome.refused(
                    RejectionReason.INVALID_PART,
                    "a part of %s is neither a text nor an image without text".formatted(name));
        }
        var one = List.of(message);
        var text = Prompts.texts(one).collect(Collectors.joining());
        return text.isEmpty() && Prompts.images(one) > 0
                ? Outcome.accepted(pair)
                : text(pair, text, name, RejectionReason.EMPTY_PROMPT);
    }

    private static boolean isTextOrImage(Part part) {
        return Prompts.isText(part) || (Prompts.isImage(part) && part.getText().isEmpty());
    }

    /** Images, their places and their corrupted versions go together one by one. */
    private static Outcome<PreferencePair> images(PreferencePair pair) {
        int images = pair.getImages().size();
        int parts = Prompts.images(pair.getPrompt());
        int corrupted = pair.getCorruptedImages().size();
        if (images > MAX_IMAGES) {
            return Outcome.refused(
                    RejectionReason.TOO_MANY_IMAGES,
                    "the pair has %d images, and at most %d are allowed".formatted(images, MAX_IMAGES));
        }
        if (parts != 0 && parts != images) {
            return Outcome.refused(
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "the prompt has %d image parts and the pair %d images".formatted(parts, images));
        }
        if (corrupted != 0 && corrupted != images) {
            return Outcome.refused(
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "the pair has %d corrupted images and %d images".formatted(corrupted, images));
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

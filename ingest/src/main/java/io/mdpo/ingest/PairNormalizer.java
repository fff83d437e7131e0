package io.mdpo.ingest;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives every text one spelling: Unicode NFC, line feeds as the only line ends, no white space around an answer or a
 * message, no empty part. Texts that look the same then are the same, for the tokenizer as for de-duplication.
 * Normalising twice changes nothing. The pair id is left as it is: it is a name, and must equal the record key.
 */
public final class PairNormalizer {
    private static final Pattern LINE_END = Pattern.compile("\r\n?");

    private PairNormalizer() {}

    static PreferencePair normalize(PreferencePair pair) {
        // Not the builder: it copies the images.
        return new PreferencePair(
                pair.getPairId(),
                pair.getImages(),
                prompt(pair.getPrompt()),
                answer(pair.getChosen()),
                answer(pair.getRejected()),
                pair.getSource(),
                pair.getCreatedAt(),
                pair.getCorruptedImages(),
                pair.getKind(),
                pair.getProvenance());
    }

    /** The messages of a prompt in their one spelling. */
    public static List<Message> prompt(List<Message> prompt) {
        return prompt.stream().map(PairNormalizer::message).toList();
    }

    /** An answer in its one spelling. */
    public static String answer(String text) {
        return text(text).strip();
    }

    /** White space between two texts of a message stays: it separates them. */
    private static Message message(Message message) {
        var parts = message.getContent().stream()
                .map(part -> new Part(part.getType(), text(part.getText())))
                .filter(part -> !isEmptyText(part))
                .collect(Collectors.toCollection(ArrayList::new));
        stripFirstText(parts, String::stripLeading);
        Collections.reverse(parts);
        stripFirstText(parts, String::stripTrailing);
        Collections.reverse(parts);
        return new Message(message.getRole(), List.copyOf(parts));
    }

    private static void stripFirstText(List<Part> parts, UnaryOperator<String> strip) {
        for (var each = parts.listIterator(); each.hasNext(); ) {
            var part = each.next();
            if (Prompts.isText(part)) {
                var stripped = Prompts.text(strip.apply(part.getText()));
                if (!isEmptyText(stripped)) {
                    each.set(stripped);
                    return;
                }
                each.remove();
            }
        }
    }

    private static boolean isEmptyText(Part part) {
        return Prompts.isText(part) && part.getText().isEmpty();
    }

    private static String text(String text) {
        return LINE_END.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll("\n");
    }
}

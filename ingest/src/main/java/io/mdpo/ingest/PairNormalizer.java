package io.mdpo.ingest;

import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Turn;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Gives every text one spelling: Unicode NFC, line feeds as the only line ends, no surrounding white space. Texts that
 * look the same then are the same, for the tokenizer as for de-duplication. Normalising twice changes nothing. The pair
 * id is left as it is: it is a name, and must equal the record key.
 */
final class PairNormalizer {
    private static final Pattern LINE_END = Pattern.compile("\r\n?");

    private PairNormalizer() {}

    static PreferencePair normalize(PreferencePair pair) {
        // Not the builder: it copies the image.
        return new PreferencePair(
                pair.getPairId(),
                pair.getImage(),
                pair.getPrompt().stream()
                        .map(turn -> new Turn(turn.getRole(), text(turn.getText())))
                        .toList(),
                text(pair.getChosen()),
                text(pair.getRejected()),
                pair.getSource(),
                pair.getCreatedAt(),
                pair.getCorruptedImage());
    }

    private static String text(String text) {
        return LINE_END.matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
                .replaceAll("\n")
                .strip();
    }
}

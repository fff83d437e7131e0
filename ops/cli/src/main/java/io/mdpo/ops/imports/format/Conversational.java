package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ingest.encoding.JsonPairs;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import java.time.Instant;
import java.util.Optional;

/**
 * Rows in the forms that {@code raw-pairs} takes as JSON, read by the same code; here their images are wherever a data set keeps
 * them, and get their places in the prompt.
 */
final class Conversational {
    private Conversational() {}

    static Draft read(ObjectNode row, Images images) {
        var read = JsonPairs.read(row, images::load, Optional.of(""), Instant.EPOCH);
        if (read instanceof Outcome.Refused<PreferencePair> no) {
            throw new RefusedRowException(
                    no.rejection().reason(), no.rejection().message());
        }
        var pair = read.toOptional().orElseThrow();
        var prompt = Prompts.images(pair.getPrompt()) > 0
                ? pair.getPrompt()
                : ImagePlacement.ofTexts(pair.getPrompt(), pair.getImages().size(), ImagePlacement.Rest.REFUSED);
        return new Draft(
                pair.getImages(),
                prompt,
                pair.getChosen(),
                pair.getRejected(),
                pair.getCorruptedImages(),
                pair.getKind());
    }
}

package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.ops.imports.format.ImagePlacement.Rest;
import io.mdpo.schemas.Prompts;
import java.util.List;

/** A prompt of one question. */
final class Question {
    private Question() {}

    static ImagePlacement about(String question, List<JsonNode> images) {
        return ImagePlacement.of(new Chat(Prompts.user(question), List.of()), images, Rest.REFUSED);
    }
}

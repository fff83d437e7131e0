package io.mdpo.ops.imports.format;

import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * What a row says, as it stands there: a pair without id, source and time, not normalised.
 *
 * @param images each a {@link ByteBuffer} or an {@link io.mdpo.schemas.avro.ImageReference}
 * @param prompt with one image part for every image
 * @param corruptedImages none, or one for each image
 * @param kind see {@link PairKind}
 */
public record Draft(
        List<Object> images,
        List<Message> prompt,
        String chosen,
        String rejected,
        List<ByteBuffer> corruptedImages,
        String kind) {
    public Draft {
        images = List.copyOf(images);
        prompt = List.copyOf(prompt);
        corruptedImages = List.copyOf(corruptedImages);
    }

    Draft(List<Object> images, List<Message> prompt, String chosen, String rejected) {
        this(images, prompt, chosen, rejected, List.of());
    }

    Draft(List<Object> images, List<Message> prompt, String chosen, String rejected, List<ByteBuffer> corruptedImages) {
        this(images, prompt, chosen, rejected, corruptedImages, PairKind.PAIR.text());
    }

    /** The pair, with everything but its id. */
    public PreferencePair toPair(String source, Instant createdAt) {
        return new PreferencePair("", images, prompt, chosen, rejected, source, createdAt, corruptedImages, kind, null);
    }
}

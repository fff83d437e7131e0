package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;

/**
 * How large an encoded image of an interaction may be.
 *
 * @param bytes largest, in bytes
 */
public record ImageLimit(int bytes) {
    /**
     * The interaction, if its images are within the limit.
     *
     * @param place of the interaction
     */
    Interaction check(Interaction interaction, JsonPlace place) {
        boolean fits = interaction.getImages().stream()
                .allMatch(image -> !(image instanceof ByteBuffer encoded) || encoded.remaining() <= bytes);
        place.require(fits, "images of at most %d bytes each".formatted(bytes));
        return interaction;
    }
}

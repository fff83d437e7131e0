package io.mdpo.ingest.encoding;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is asked about which images; they stand in the parts of the prompt or in a list of their own.
 *
 * @param images a {@code ByteBuffer} or an {@code ImageReference} each
 */
record JsonQuestion(List<Message> prompt, List<Object> images) {
    /** Reads the prompt, and the fields {@code image} and {@code images} of the record. */
    static JsonQuestion read(JsonPlace record, JsonPlace prompt) {
        return read(record, prompt, JsonImages::read);
    }

    /** @param reader makes an image of what names it */
    static JsonQuestion read(JsonPlace record, JsonPlace prompt, Function<JsonPlace, Object> reader) {
        var messages = new JsonMessages(reader);
        List<Message> read = messages.prompt(prompt);
        var listed = new ArrayList<Object>();
        record.find("image").ifPresent(image -> listed.add(reader.apply(image)));
        record.find("images")
                .ifPresent(images ->
                        images.list("a list of images").stream().map(reader).forEach(listed::add));
        if (messages.isMixed() || !(listed.isEmpty() || messages.images().isEmpty())) {
            throw prompt.misfit(
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "all images in the parts of the prompt, or all in the list \"images\"");
        }
        return new JsonQuestion(read, listed.isEmpty() ? messages.images() : List.copyOf(listed));
    }
}

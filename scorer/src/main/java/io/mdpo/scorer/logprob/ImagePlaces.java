package io.mdpo.scorer.logprob;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says where images stand in a prompt: where its image parts are or, without any, before the first text of the
 * user. Data sets often write the image into that text, {@code <image>\nWhat is this?}: such a beginning is taken as the
 * image's place. Any other is refused, for every family alike, whatever its own placeholder is: one family's tokenizer
 * would take it for an image and another's for letters.
 */
public final class ImagePlaces {
    /** What the families write for an image, the longest first. */
    private static final List<String> PLACEHOLDERS =
            List.of("<|vision_start|><|image_pad|><|vision_end|>", "<|image_pad|>", "<image>");

    private ImagePlaces() {}

    /** The prompt of a pair, whose answers have no place for an image. */
    static List<Message> of(PreferencePair pair) throws UnscorablePairException {
        var prompt = of(pair.getPrompt(), pair.getImages().size());
        requireNoPlaceholder(Stream.of(pair.getChosen(), pair.getRejected()));
        return prompt;
    }

    /**
     * The prompt with one image part for every image.
     *
     * @param messages with or without image parts
     * @throws UnscorablePairException images and places do not fit together
     */
    public static List<Message> of(List<Message> messages, int images) throws UnscorablePairException {
        requireKnownParts(messages);
        var prompt = images > 0 && Prompts.images(messages) == 0 ? placed(messages, images) : messages;
        if (Prompts.images(prompt) != images) {
            throw new UnscorablePairException(
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "the prompt has %d image parts and the pair %d images".formatted(Prompts.images(prompt), images));
        }
        requireNoPlaceholder(Prompts.texts(prompt));
        return prompt;
    }

    private static void requireKnownParts(List<Message> messages) throws UnscorablePairException {
        for (var message : messages) {
            if (!message.getContent().stream().allMatch(part -> Prompts.isText(part) || Prompts.isImage(part))) {
                throw new UnscorablePairException(
                        RejectionReason.INVALID_PART, "a part of the prompt is neither text nor image");
            }
        }
    }

    private static void requireNoPlaceholder(Stream<String> texts) throws UnscorablePairException {
        var found = texts.flatMap(text -> PLACEHOLDERS.stream().filter(text::contains))
                .findFirst();
        if (found.isPresent()) {
            throw new UnscorablePairException(
                    RejectionReason.UNSUITABLE_TEXT,
                    "a text holds %s, which stands for an image; one may begin the first text of the user, where no image part does"
                            .formatted(found.get()));
        }
    }

    private static List<Message> placed(List<Message> messages, int images) throws UnscorablePairException {
        var prompt = new ArrayList<>(messages);
        for (int i = 0; i < prompt.size(); i++) {
            var message = prompt.get(i);
            var first = message.getRole().equals("user") ? firstText(message) : Optional.<Part>empty();
            if (first.isPresent()) {
                prompt.set(i, placed(message, first.get(), images));
                return prompt;
            }
        }
        throw new UnscorablePairException(
                RejectionReason.UNSUITABLE_TEXT, "the prompt has no text of the user that an image could stand before");
    }

    private static Optional<Part> firstText(Message message) {
        return message.getContent().stream().filter(Prompts::isText).findFirst();
    }

    /** The message with images before its first text, which loses a placeholder at its beginning. */
    private static Message placed(Message message, Part first, int images) {
        var text = withoutPlaceholder(first.getText());
        var content = new ArrayList<Part>(Collections.nCopies(images, Prompts.image()));
        if (!text.isEmpty()) {
            content.add(Prompts.text(text));
        }
        content.addAll(message.getContent().subList(1, message.getContent().size()));
        return new Message(message.getRole(), content);
    }

    private static String withoutPlaceholder(String text) {
        return PLACEHOLDERS.stream()
                .filter(text::startsWith)
                .findFirst()
                .map(placeholder -> text.substring(placeholder.length()))
                .map(rest -> rest.startsWith("\n") ? rest.substring(1) : rest)
                .orElse(text);
    }
}

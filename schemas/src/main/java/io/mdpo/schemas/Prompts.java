package io.mdpo.schemas;

import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import java.util.List;
import java.util.stream.Stream;

/** Makes and reads the messages of a prompt. */
public final class Prompts {
    /** The two types of {@link Part}. */
    public static final String TEXT = "text";

    public static final String IMAGE = "image";

    private Prompts() {}

    public static Part text(String text) {
        return new Part(TEXT, text);
    }

    public static Part image() {
        return new Part(IMAGE, "");
    }

    public static Message message(String role, String text) {
        return new Message(role, List.of(text(text)));
    }

    /** One message of the user; where the pair has images, they stand before it. */
    public static List<Message> user(String text) {
        return List.of(message("user", text));
    }

    /** One message of the user about the one image before it. */
    public static List<Message> aboutImage(String text) {
        return List.of(new Message("user", List.of(image(), text(text))));
    }

    public static boolean isText(Part part) {
        return part.getType().equals(TEXT);
    }

    public static boolean isImage(Part part) {
        return part.getType().equals(IMAGE);
    }

    /** Every text of a prompt, in order. */
    public static Stream<String> texts(List<Message> prompt) {
        return parts(prompt).filter(Prompts::isText).map(Part::getText);
    }

    /** Number of image parts of a prompt. */
    public static int images(List<Message> prompt) {
        return (int) parts(prompt).filter(Prompts::isImage).count();
    }

    private static Stream<Part> parts(List<Message> prompt) {
        return prompt.stream().flatMap(message -> message.getContent().stream());
    }
}

package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The formats that rows may have. */
public final class Formats {
    /** Stands for whichever of the formats a row has the fields of. */
    public static final String AUTO = "auto";

    /** Names of all formats, in the order in which a row's fields are compared with them. */
    public static final List<String> NAMES =
            formats(RatedPairs.ALL).stream().map(RowFormat::name).toList();

    /** Every top-level field that any format reads. */
    public static final Set<String> FIELDS = Set.of(
            "annotations",
            "chosen",
            "completion",
            "completions",
            "conversations",
            "history",
            "image",
            "image_path",
            "images",
            "img_path",
            "input",
            "instruction",
            "label",
            "messages",
            "non_preferred_output",
            "preferred_output",
            "prompt",
            "question",
            "rejected",
            "rejected_images",
            "rejected_messages",
            "rejected_response",
            "system");

    private final List<RowFormat> candidates;

    private Formats(List<RowFormat> candidates) {
        this.candidates = candidates;
    }

    /**
     * One format by its name, or all of them by {@link #AUTO}.
     *
     * @param rule for rated answers
     * @throws IllegalArgumentException with a sentence, if there is none of that name
     */
    public static Formats named(String name, RatedPairs rule) {
        var wanted = formats(rule).stream()
                .filter(format -> name.equals(AUTO) || name.equals(format.name()))
                .toList();
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("'%s' is no format: one of %s, or %s".formatted(name, NAMES, AUTO));
        }
        return new Formats(wanted);
    }

    private static List<RowFormat> formats(RatedPairs rule) {
        return List.of(
                new OpenAi(),
                new VlFeedback(rule),
                new MsSwift(),
                new LlamaFactory(),
                new Mdpo(),
                new RlaifV(),
                new Trl());
    }

    /** The format of a row; where one format was named, that one, whatever the row's fields are. */
    public RowFormat of(ObjectNode row) {
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        return candidates.stream()
                .filter(format -> format.matches(row))
                .findFirst()
                .orElseThrow(() -> RefusedRowException.shape(
                        "its fields %s are those of none of the formats %s".formatted(names(row), NAMES)));
    }

    private static List<String> names(ObjectNode row) {
        var names = new ArrayList<String>();
        row.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> names.add(field.getKey()));
        return names.size() > 20 ? names.subList(0, 20) : names;
    }
}

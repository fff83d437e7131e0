package io.mdpo.scorer.vlm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * What decides the log-probabilities of a reference, as a text of one {@code name=value} a line. Its SHA-256 is the
 * reference id: two references with one id give the same numbers, bit for bit where the kernels are the same machine's or
 * portable.
 *
 * <p>The first line is the version of text and arithmetic together.
 *
 * @param parts in the order of the text
 */
public record ReferenceId(Map<String, String> parts) {
    /** Raise it when a change of this code changes log-probabilities, or writes a part otherwise. */
    private static final String VERSION = "4";

    static final String PRECISION = "precision";
    static final String KERNELS = "kernels";
    static final String BACKGROUND = "background";

    /** What an operator sets, with the values that it usually has. */
    private static final Map<String, List<String>> SETTINGS = Map.of(
            PRECISION, List.of("fp32", "bf16"),
            KERNELS, List.of("native", "portable"),
            BACKGROUND, List.of("#ffffff", "#000000", "none"));

    public ReferenceId {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    /** The text's beginning. */
    static ReferenceId begin() {
        return new ReferenceId(Map.of("version", VERSION));
    }

    /** With one part more, or with another value of a part. Line feeds in values are written as {@code \n}. */
    public ReferenceId with(String name, String value) {
        var more = new LinkedHashMap<>(parts);
        more.put(name, value.replace("\\", "\\\\").replace("\n", "\\n"));
        return new ReferenceId(more);
    }

    /** Every part on a line of its own. */
    public String text() {
        return parts.entrySet().stream()
                .map(part -> part.getKey() + "=" + part.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** SHA-256 (hex) of the text. */
    public String id() {
        return DigestUtils.sha256Hex(text());
    }

    /**
     * In brackets for the end of a sentence, what makes another id differ from this one, as far as it can be told: a setting, or
     * model, tokenizer or version.
     */
    public String explained(String otherId) {
        return " (%s)"
                .formatted(difference(otherId)
                        .orElse("no setting explains it: model, tokenizer or version differ, compare model inspect"));
    }

    /** {@code precision is fp32, there it is bf16}; empty if no other settings give that id. */
    private Optional<String> difference(String otherId) {
        return alternatives().stream()
                .filter(other -> other.id().equals(otherId))
                .findFirst()
                .map(other -> SETTINGS.keySet().stream()
                        .sorted()
                        .filter(name -> !other.part(name).equals(part(name)))
                        .map(name -> "%s is %s, there it is %s".formatted(name, part(name), other.part(name)))
                        .collect(Collectors.joining(", and ")));
    }

    private String part(String name) {
        return parts.getOrDefault(name, "");
    }

    private List<ReferenceId> alternatives() {
        var found = List.of(this);
        for (var setting : SETTINGS.entrySet()) {
            var more = new ArrayList<ReferenceId>();
            for (var known : found) {
                setting.getValue().forEach(value -> more.add(known.with(setting.getKey(), value)));
            }
            found = more;
        }
        return found;
    }
}

package io.mdpo.ingest.encoding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Pairs in JSON, in each form that is taken. */
final class Examples {
    static final List<String> NAMES = List.of(
            "trl-conversational",
            "trl-texts",
            "trl-unpaired",
            "trl-unpaired-bad",
            "openai",
            "openai-responses",
            "text-alone");

    private Examples() {}

    static byte[] read(String name) {
        try (var in = Objects.requireNonNull(Examples.class.getResourceAsStream("examples/" + name + ".json"), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.mdpo.lab.benchmark.mmhal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What a judge is told. The words are this project's own; scale and rules are MMHal-Bench's. */
final class JudgePrompt {
    private final String template;

    JudgePrompt() {
        try (InputStream stream = JudgePrompt.class.getResourceAsStream("judge_prompt.txt")) {
            template = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer comes last, so that nothing in it can stand in for another part. */
    String of(Item item, String answer) {
        return template.formatted(String.join(", ", item.contents()), item.question(), item.reference(), answer);
    }
}

package io.mdpo.scorer.vlm;

import io.mdpo.schemas.avro.Turn;
import java.util.List;

/** Writes a conversation as the text that a model was trained on. */
public interface PromptTemplate {
    /** Marks the place of the image in a rendered prompt. */
    String IMAGE = "<image>";

    /** The prompt up to and including the words that open the answer, with {@link #IMAGE} in it once. */
    String render(List<Turn> turns);

    /** The last words of every rendered prompt, after which an answer begins. */
    String answerCue();

    /** The answer as it follows {@link #answerCue}, without the end-of-sequence token. */
    String completion(String answer);
}

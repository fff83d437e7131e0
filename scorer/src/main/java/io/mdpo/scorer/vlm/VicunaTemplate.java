package io.mdpo.scorer.vlm;

import io.mdpo.schemas.avro.Turn;
import java.util.List;

/**
 * {@code USER: <image>\nquestion ASSISTANT: answer</s>USER: question ASSISTANT:}, the conversation format of LLaVA-1.5
 * (its Hugging Face chat template).
 */
final class VicunaTemplate implements PromptTemplate {
    @Override
    public String render(List<Turn> turns) {
        var prompt = new StringBuilder();
        boolean imagePlaced = false;
        for (var turn : turns) {
            switch (turn.getRole()) {
                case "system" -> prompt.append(turn.getText()).append(' ');
                case "user" -> {
                    prompt.append("USER: ").append(imagePlaced ? "" : IMAGE + "\n");
                    prompt.append(turn.getText()).append(' ');
                    imagePlaced = true;
                }
                case "assistant" ->
                    prompt.append("ASSISTANT: ").append(turn.getText()).append("</s>");
                default -> throw new IllegalArgumentException("a turn of role " + turn.getRole());
            }
        }
        return prompt.append(answerCue()).toString();
    }

    @Override
    public String answerCue() {
        return "ASSISTANT:";
    }

    @Override
    public String completion(String answer) {
        return " " + answer;
    }
}

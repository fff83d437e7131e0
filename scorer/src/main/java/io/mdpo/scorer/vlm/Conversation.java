package io.mdpo.scorer.vlm;

import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.text.ChatTemplate;
import io.mdpo.scorer.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A conversation up to its answer, rendered and tokenised once, to which answers can be given. */
public final class Conversation {
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final long endOfTurn;
    private final List<Message> messages;
    private final String text;
    private final Prompt prompt;
    private final long[] textIds;

    /**
     * Keeps what answers need.
     *
     * @param text the messages as the template renders them
     * @param prompt the text as the model reads it
     */
    Conversation(
            Tokenizer tokenizer,
            ChatTemplate template,
            long endOfTurn,
            List<Message> messages,
            String text,
            Prompt prompt) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.endOfTurn = endOfTurn;
        this.messages = messages;
        this.text = text;
        this.prompt = prompt;
        this.textIds = tokenizer.part(text);
    }

    /** Everything before the answer, with one image token for every feature row. */
    public Prompt prompt() {
        return prompt;
    }

    /**
     * Token ids of an answer as it follows its prompt, the token that closes it included. The answer is tokenised behind
     * the prompt: alone, its first word could become another token than it is in a conversation.
     *
     * @throws IllegalArgumentException the answer holds a special token, or joins the prompt in one token
     */
    public long[] completion(String answer) {
        tokenizer.refuseSpecialTokens(Stream.of(answer));
        var completion = template.completion(messages, text, answer);
        int end = completion.indexOf(tokenizer.token(endOfTurn));
        completion = end < 0 ? completion.stripTrailing() : completion.substring(0, end);
        long[] all = tokenizer.part(text + completion);
        if (!Arrays.equals(textIds, 0, textIds.length, all, 0, Math.min(textIds.length, all.length))) {
            throw new IllegalArgumentException("the answer's first letters change the tokens of the prompt's end");
        }
        long[] closed = Arrays.copyOfRange(all, textIds.length, all.length + 1);
        closed[closed.length - 1] = endOfTurn;
        return closed;
    }
}

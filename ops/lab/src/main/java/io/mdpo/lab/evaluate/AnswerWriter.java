package io.mdpo.lab.evaluate;

import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.Question;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.logprob.ImagePlaces;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.io.IOException;
import java.util.List;

/** Writes greedy answers, as the benchmarks ask for. */
final class AnswerWriter {
    private final VisionLanguageModel model;
    private final int maxTokens;

    /** @param maxTokens of an answer; fewer where the model's context ends before */
    AnswerWriter(VisionLanguageModel model, int maxTokens) {
        this.model = model;
        this.maxTokens = maxTokens;
    }

    /** Answers to questions with the same text, in order. */
    List<String> write(List<Question> questions) {
        var messages = messages(questions.get(0));
        var pixels = questions.stream().map(this::pixels).toList();
        int left = model.family().languageModel().maxPositions();
        for (int i = 0; i < questions.size(); i++) {
            left = Math.min(
                    left,
                    model.family().languageModel().maxPositions()
                            - promptTokens(questions.get(i), messages, pixels.get(i)));
        }
        return model.generate(pixels, messages, Sampling.greedy(Math.min(maxTokens, left)));
    }

    /** The question with its image where a pair's would be: some files write a placeholder before it, some write none. */
    private static List<Message> messages(Question question) {
        try {
            return ImagePlaces.of(Prompts.user(question.text()), 1);
        } catch (UnscorablePairException e) {
            throw unaskable(question, e);
        }
    }

    private static BenchmarkFileException unaskable(Question question, Exception cause) {
        return BenchmarkFileException.of(
                question.place(), "question %s cannot be asked: %s".formatted(question.id(), cause.getMessage()));
    }

    private int promptTokens(Question question, List<Message> messages, PixelValues image) {
        try {
            int tokens =
                    model.conversation(messages, List.of(image.grid())).prompt().length();
            if (tokens < model.family().languageModel().maxPositions()) {
                return tokens;
            }
            throw new IllegalArgumentException("the prompt has %d tokens and the model's context %d"
                    .formatted(tokens, model.family().languageModel().maxPositions()));
        } catch (IllegalArgumentException e) {
            throw unaskable(question, e);
        }
    }

    private PixelValues pixels(Question question) {
        try {
            return model.pixelValues(model.decode(question.picture().bytes()));
        } catch (IOException | IllegalArgumentException e) {
            throw BenchmarkFileException.of(
                    question.place(),
                    "the image of question %s cannot be read: %s".formatted(question.id(), e.getMessage()));
        }
    }
}

package io.mdpo.lab.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Questions about images, answers in the benchmark's own file format, and their scores. */
public interface Benchmark {
    /** In the benchmark's order. */
    List<Question> questions();

    /**
     * Reads the answers by question. Unknown and repeated ids, and what cannot be read, are always refused.
     *
     * @param missing what to do about questions without an answer, and empty answers
     * @throws BenchmarkFileException naming everything that is wrong
     */
    Map<String, String> readAnswers(Path file, Missing missing);

    /**
     * Replaces a file of answers; questions without an answer stay open.
     *
     * @param answers by question
     * @param model what wrote the answers, for formats that name it
     */
    void writeAnswers(Path file, Map<String, String> answers, String model) throws IOException;

    /** What a file of answers says if a model said {@code generated}. */
    default String answer(Question question, String generated) {
        return generated;
    }

    /**
     * Scores answers.
     *
     * @param answers by question, as they were read
     * @param scored hears how many have been scored
     */
    Report score(Map<String, String> answers, LongConsumer scored);

    /** Questions without an answer. */
    enum Missing {
        /** A problem, as is an empty answer. */
        REFUSED,
        /** A problem, but an empty answer counts as an answer. */
        EMPTY_ALLOWED,
        /** Left out, as are empty answers. */
        LEFT_OUT
    }
}

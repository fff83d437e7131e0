package io.mdpo.lab.benchmark;

import io.mdpo.lab.benchmark.Benchmark.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads answers and holds them against the questions: one answer to each. */
public final class AnswerFile {
    private final Path file;
    private final List<Question> questions;

    /** Ids of further questions, whose answers may stand in the file too. */
    private final Set<String> others;

    /**
     * Names the file.
     *
     * @param others ids of questions that are not asked this time and may be answered in the file nevertheless
     */
    public AnswerFile(Path file, List<Question> questions, Set<String> others) {
        this.file = file;
        this.questions = List.copyOf(questions);
        this.others = Set.copyOf(others);
    }

    /**
     * The answers by question, in the order of the questions.
     *
     * @param id names an object's question; empty with a problem if it cannot
     * @param text an object's answer, likewise
     * @throws BenchmarkFileException naming everything that is wrong
     */
    public Map<String, String> read(
            Missing missing, Function<JsonRecord, Optional<String>> id, Function<JsonRecord, Optional<String>> text) {
        var problems = new Problems();
        var asked = questions.stream().collect(Collectors.toMap(Question::id, question -> question));
        var places = new HashMap<String, Place>();
        var answers = new HashMap<String, String>();
        for (JsonRecord answer : new JsonFile(file, problems).records()) {
            var question = id.apply(answer);
            var words = text.apply(answer);
            if (question.isEmpty()) {
                continue;
            }
            var key = question.get();
            if (!asked.containsKey(key) && !others.contains(key)) {
                answer.problem("the benchmark has no question %s".formatted(key));
                continue;
            }
            var first = places.putIfAbsent(key, answer.place());
            if (first != null) {
                answer.problem("question %s was answered on line %d already".formatted(key, first.line()));
            } else if (asked.containsKey(key) && words.isPresent()) {
                keep(answers, key, words.get(), answer, missing);
            }
        }
        if (missing != Missing.LEFT_OUT) {
            questions.stream()
                    .filter(question -> !places.containsKey(question.id()))
                    .forEach(question -> problems.add(
                            question.place(), "question %s has no answer in %s".formatted(question.id(), file)));
        }
        problems.throwIfAny();
        var ordered = new LinkedHashMap<String, String>();
        questions.forEach(question -> Optional.ofNullable(answers.get(question.id()))
                .ifPresent(answer -> ordered.put(question.id(), answer)));
        return ordered;
    }

    /** Writes a file anew and puts it in its place at once, so that an interruption leaves the old one. */
    public static void replace(Path file, String content) throws IOException {
        var absolute = file.toAbsolutePath();
        var directory = Objects.requireNonNull(absolute.getParent(), "a file has a directory");
        Files.createDirectories(directory);
        var fresh = Files.createTempFile(directory, absolute.getFileName() + ".", ".tmp");
        try {
            Files.writeString(fresh, content + "\n");
            Files.move(fresh, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void keep(Map<String, String> answers, String id, String text, JsonRecord record, Missing missing) {
        if (!text.isBlank() || missing == Missing.EMPTY_ALLOWED) {
            answers.put(id, text);
        } else if (missing == Missing.REFUSED) {
            record.problem("the answer to question %s is empty".formatted(id));
        }
    }
}

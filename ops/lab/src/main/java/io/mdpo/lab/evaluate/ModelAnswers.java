package io.mdpo.lab.evaluate;

import io.mdpo.lab.benchmark.Benchmark;
import io.mdpo.lab.benchmark.Benchmark.Missing;
import io.mdpo.lab.benchmark.Problems;
import io.mdpo.lab.benchmark.Question;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Progress;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Lets a model answer a benchmark's questions. Answers go into a file in the benchmark's own format; those that it holds
 * already are kept, so that an interrupted run goes on where it was.
 */
final class ModelAnswers {
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(20);

    /** For the choice of how many groups are answered at once. */
    private static final int TOKENS_OF_A_GROUP = 8_192;

    private final Benchmark benchmark;
    private final Settings settings;

    ModelAnswers(Benchmark benchmark, Settings settings) {
        this.benchmark = benchmark;
        this.settings = settings;
    }

    /**
     * Which model answers, and how.
     *
     * @param file of answers; without one they are lost when the program ends
     * @param maxTokens of an answer
     * @param batch questions with the same text that are answered together
     */
    record Settings(ModelConfig model, Optional<Path> file, int maxTokens, int batch) {
        Settings {
            if (maxTokens < 1 || batch < 1) {
                throw new IllegalArgumentException("--max-tokens and --batch have to be 1 or more");
            }
        }

        /** Of the model and its adapter. */
        String name() {
            var name = lastName(model.path());
            return model.adapter()
                    .map(adapter -> name + "+" + lastName(adapter))
                    .orElse(name);
        }

        Map<String, String> description() {
            var description = new LinkedHashMap<String, String>();
            description.put("model", model.path().toString());
            model.adapter().ifPresent(adapter -> description.put("adapter", adapter.toString()));
            file.ifPresent(answers -> description.put("answers", answers.toString()));
            return description;
        }

        private static String lastName(Path path) {
            return String.valueOf(path.toAbsolutePath().normalize().getFileName());
        }
    }

    /**
     * Every question's answer: the file's, or else that of the settings' model, which is opened where one is needed.
     *
     * @param allowEmpty whether an empty answer is one
     */
    Map<String, String> all(boolean allowEmpty) {
        return all(allowEmpty, this::answer);
    }

    /** As {@link #all(boolean)}, by a model that is open. */
    Map<String, String> all(VisionLanguageModel model, boolean allowEmpty) {
        return all(allowEmpty, (open, answers) -> answer(model, open, answers));
    }

    private Map<String, String> all(boolean allowEmpty, BiConsumer<List<Question>, Map<String, String>> answering) {
        var answers = new LinkedHashMap<>(settings.file()
                .filter(Files::exists)
                .map(path -> benchmark.readAnswers(path, Missing.LEFT_OUT))
                .orElse(Map.of()));
        var open = benchmark.questions().stream()
                .filter(question -> !answers.containsKey(question.id()))
                .toList();
        if (!open.isEmpty()) {
            checkPictures(open);
            write(answers);
            answering.accept(open, answers);
        }
        if (!allowEmpty) {
            checkAnswers(open, answers);
        }
        return answers;
    }

    private static void checkAnswers(List<Question> questions, Map<String, String> answers) {
        var problems = new Problems();
        questions.stream()
                .filter(question -> answers.getOrDefault(question.id(), "").isBlank())
                .forEach(question -> problems.add(
                        question.place(), "the model's answer to question %s is empty".formatted(question.id())));
        problems.throwIfAny();
    }

    private static void checkPictures(List<Question> questions) {
        var problems = new Problems();
        questions.forEach(
                question -> question.picture().problem().ifPresent(what -> problems.add(question.place(), what)));
        problems.throwIfAny();
    }

    private void answer(List<Question> open, Map<String, String> answers) {
        try (var model = settings.model().open();
                var scratch = model.manager().newSubManager()) {
            settings.model()
                    .adapterFor(model, scratch)
                    .ifPresent(adapter -> model.bindAdapter(adapter.tensors(), adapter.scale()));
            answer(model, open, answers);
        }
    }

    private void answer(VisionLanguageModel model, List<Question> open, Map<String, String> answers) {
        try (var workers = settings.model().workers("mdpo-evaluate-worker", TOKENS_OF_A_GROUP, count -> model.memory()
                        .scoring(count, TOKENS_OF_A_GROUP));
                var progress = Progress.start("answering", open.size())) {
            var writer = new AnswerWriter(model, settings.maxTokens());
            var written = new AtomicLong(System.nanoTime());
            workers.inOrder(groups(open), group -> new Answered(group, writer.write(group)), answered -> {
                for (int i = 0; i < answered.group().size(); i++) {
                    var question = answered.group().get(i);
                    answers.put(
                            question.id(),
                            benchmark.answer(question, answered.texts().get(i)));
                }
                if (System.nanoTime() - written.get() > BETWEEN_WRITES.toNanos()) {
                    write(answers);
                    written.set(System.nanoTime());
                }
                progress.add(answered.group().size());
            });
        } finally {
            write(answers);
        }
    }

    private record Answered(List<Question> group, List<String> texts) {}

    /** Neighbours with the same text. */
    private List<List<Question>> groups(List<Question> questions) {
        var groups = new ArrayList<List<Question>>();
        for (Question question : questions) {
            var last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
            if (last != null
                    && last.size() < settings.batch()
                    && last.get(0).text().equals(question.text())) {
                last.add(question);
            } else {
                groups.add(new ArrayList<>(List.of(question)));
            }
        }
        return groups;
    }

    private void write(Map<String, String> answers) {
        settings.file().ifPresent(file -> {
            try {
                benchmark.writeAnswers(file, answers, settings.name());
            } catch (IOException e) {
                throw new OperatorException("the answers cannot be written to %s: %s".formatted(file, e), e);
            }
        });
    }
}

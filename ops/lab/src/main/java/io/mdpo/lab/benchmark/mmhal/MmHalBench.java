package io.mdpo.lab.benchmark.mmhal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.lab.benchmark.AnswerFile;
import io.mdpo.lab.benchmark.Benchmark;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.JsonFile;
import io.mdpo.lab.benchmark.JsonRecord;
import io.mdpo.lab.benchmark.Picture;
import io.mdpo.lab.benchmark.Problems;
import io.mdpo.lab.benchmark.Question;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.lab.benchmark.Report.Metric;
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.learner.evaluation.Figure.Better;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * MMHal-Bench: 96 questions of eight types. Its directory holds {@code response_template.json} and, to let a model answer,
 * {@code images/}. Answers are the template with {@code model_answer} filled in.
 *
 * <p>Source: Sun et al. 2023, arXiv 2309.14525.
 */
public final class MmHalBench implements Benchmark {
    private final Judge judge;
    private final Reviews reviews;
    private final Map<String, Item> items = new LinkedHashMap<>();
    private final List<Question> questions;

    private MmHalBench(
            Path directory, Optional<Integer> limit, Judge judge, Optional<Path> reviews, Problems problems) {
        this.judge = judge;
        this.reviews = new Reviews(reviews);
        var all = new ArrayList<Question>();
        for (JsonRecord record : new JsonFile(directory.resolve("response_template.json"), problems).records()) {
            Item.of(record).ifPresent(item -> {
                all.add(new Question(item.imageId(), record.place(), item.question(), picture(directory, item)));
                if (items.putIfAbsent(item.imageId(), item) != null) {
                    record.problem("image %s is asked about already".formatted(item.imageId()));
                }
            });
        }
        questions = List.copyOf(all.subList(0, Math.min(all.size(), limit.orElse(Integer.MAX_VALUE))));
    }

    /**
     * Reads the benchmark.
     *
     * @param limit asks only the first questions
     * @param reviews file in which the judge's reviews are kept and looked for
     * @throws BenchmarkFileException naming everything that is wrong with its files
     */
    public static MmHalBench open(Path directory, Optional<Integer> limit, Judge judge, Optional<Path> reviews) {
        var problems = new Problems();
        var benchmark = new MmHalBench(directory, limit, judge, reviews, problems);
        problems.throwIfAny();
        return benchmark;
    }

    /** The benchmark's archive names images as their web addresses end. */
    private static Picture picture(Path directory, Item item) {
        var images = directory.resolve("images");
        var address = item.json().path("image_src").asText();
        var name = address.substring(address.lastIndexOf('/') + 1);
        var candidates = new ArrayList<Path>();
        if (!name.isEmpty()) {
            candidates.add(images.resolve(name));
        }
        candidates.add(images.resolve(item.imageId() + ".jpg"));
        return new Picture.InFile(candidates);
    }

    @Override
    public List<Question> questions() {
        return questions;
    }

    @Override
    public Map<String, String> readAnswers(Path file, Missing missing) {
        return new AnswerFile(file, questions, items.keySet())
                .read(missing, json -> json.text("image_id"), json -> json.text("model_answer"));
    }

    @Override
    public void writeAnswers(Path file, Map<String, String> answers, String model) throws IOException {
        var array = JsonNodeFactory.instance.arrayNode();
        for (Item item : items.values()) {
            ObjectNode record = item.json().deepCopy();
            array.add(record.put("model_answer", answers.getOrDefault(item.imageId(), "")));
        }
        AnswerFile.replace(file, array.toPrettyString());
    }

    @Override
    public Report score(Map<String, String> answers, LongConsumer scored) {
        var prompt = new JudgePrompt();
        var all = new Ratings("all");
        var types = new LinkedHashMap<String, Ratings>();
        var verdicts = new ArrayList<Map<String, Object>>();
        int unreadable = 0;
        for (Question question : questions) {
            var answer = answers.get(question.id());
            if (answer == null) {
                continue;
            }
            var item = Objects.requireNonNull(items.get(question.id()));
            var review = reviews.of(judge, item, answer, prompt);
            var rating = Rating.in(review);
            unreadable += rating.isEmpty() ? 1 : 0;
            all.add(rating.orElse(0));
            types.computeIfAbsent(item.type(), Ratings::new).add(rating.orElse(0));
            verdicts.add(Map.of(
                    "image_id", item.imageId(),
                    "question_type", item.type(),
                    "rating", rating.orElse(0),
                    "review", review));
            scored.accept(verdicts.size());
        }
        var sections = new ArrayList<>(List.of(all.section()));
        types.values().forEach(type -> sections.add(type.section()));
        return new Report("mmhal", verdicts.size(), sections, false, notes(unreadable), verdicts);
    }

    private List<String> notes(int unreadable) {
        var notes = new ArrayList<String>();
        notes.add("judged by %s with this project's own prompt: not comparable with published numbers, which GPT-4 gave"
                        .formatted(judge.model())
                + " to MMHal-Bench's prompt; compare runs of one judge only");
        if (questions.size() < items.size()) {
            notes.add("only the first %d questions were asked".formatted(questions.size()));
        }
        if (unreadable > 0) {
            notes.add("%d reviews do not name exactly one rating; they count as 0, as in MMHal-Bench"
                    .formatted(unreadable));
        }
        return notes;
    }

    private static final class Ratings {
        private final String name;
        private final List<Integer> ratings = new ArrayList<>();

        Ratings(String name) {
            this.name = name;
        }

        void add(int rating) {
            ratings.add(rating);
        }

        Section section() {
            double score =
                    ratings.stream().mapToInt(Integer::intValue).average().orElse(0);
            double rate = ratings.stream()
                    .mapToInt(rating -> Rating.hallucinates(rating) ? 1 : 0)
                    .average()
                    .orElse(0);
            return new Section(
                    name,
                    ratings.size(),
                    List.of(
                            new Metric("Score", score, 2, "", Better.HIGHER, "mean rating, 0 to 6"),
                            new Metric("HalRate", rate, 2, "", Better.LOWER, "share of ratings below 3")));
        }
    }
}

package io.mdpo.lab.benchmark.chair;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.lab.benchmark.AnswerFile;
import io.mdpo.lab.benchmark.Benchmark;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import io.mdpo.lab.benchmark.JsonFile;
import io.mdpo.lab.benchmark.JsonRecord;
import io.mdpo.lab.benchmark.Picture;
import io.mdpo.lab.benchmark.Place;
import io.mdpo.lab.benchmark.Problems;
import io.mdpo.lab.benchmark.Question;
import io.mdpo.lab.benchmark.Report;
import io.mdpo.lab.benchmark.chair.ObjectMentions.Mention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Object HalBench: CHAIR on descriptions of 300 COCO images, with objects found by their words. Its directory holds {@code
 * obj_halbench_300_with_image.jsonl}, {@code synonyms_refine.txt} or {@code synonyms.txt}, and COCO's {@code
 * instances_*2014.json} and {@code captions_*2014.json}, the latter in {@code annotations/} or beside the others. Answers
 * are lines of {@code {"question_id", "image_id", "prompt", "text", "model_id"}}.
 *
 * <p>Source: Rohrbach et al. 2018, arXiv 1809.02156; github.com/RLHF-V/RLAIF-V, {@code eval_gpt_obj_halbench.py} without
 * its GPT.
 */
public final class ObjectHalBench implements Benchmark {
    private static final String QUESTIONS = "obj_halbench_300_with_image.jsonl";

    private final ObjectMentions mentions;
    private final CocoTruth truth;
    private final List<Question> questions;
    private final Set<String> ids;

    private ObjectHalBench(Path directory, Optional<Integer> limit, Problems problems) {
        var all = readRecords(directory.resolve(QUESTIONS), problems);
        ids = all.keySet();
        questions = all.entrySet().stream()
                .limit(limit.orElse(Integer.MAX_VALUE))
                .map(entry -> question(directory, entry.getKey(), entry.getValue()))
                .toList();
        var refined = directory.resolve("synonyms_refine.txt");
        var synonyms = Synonyms.read(Files.exists(refined) ? refined : directory.resolve("synonyms.txt"), problems);
        mentions = new ObjectMentions(synonyms);
        var images = questions.stream().map(q -> Long.valueOf(q.id())).collect(Collectors.toSet());
        truth = new CocoTruth(images, problems);
        addAll(directory, "instances", file -> truth.addInstances(file, synonyms), problems);
        addAll(directory, "captions", file -> truth.addCaptions(file, mentions), problems);
    }

    /**
     * Reads the benchmark.
     *
     * @param limit asks only the first questions
     * @throws BenchmarkFileException naming everything that is wrong with its files
     */
    public static ObjectHalBench open(Path directory, Optional<Integer> limit) {
        var problems = new Problems();
        var benchmark = new ObjectHalBench(directory, limit, problems);
        problems.throwIfAny();
        return benchmark;
    }

    private static Map<String, JsonRecord> readRecords(Path file, Problems problems) {
        var found = new LinkedHashMap<String, JsonRecord>();
        for (JsonRecord json : new JsonFile(file, problems).records()) {
            var question = json.text("question");
            json.integer("image_id").filter(id -> question.isPresent()).ifPresent(id -> {
                if (found.putIfAbsent(id.toString(), json) != null) {
                    json.problem("image %d is asked about already".formatted(id));
                }
            });
        }
        return found;
    }

    private static Question question(Path directory, String id, JsonRecord json) {
        Picture picture = json.has("image_path")
                ? new Picture.InFile(
                        List.of(directory.resolve(json.json().path("image_path").asText())))
                : new Picture.Inline(json.json().path("image").asText());
        return new Question(id, json.place(), json.json().path("question").asText(), picture);
    }

    /** Of both halves of COCO those that are there; every image of a question has to be in one. */
    private void addAll(Path directory, String kind, Function<Path, Set<Long>> add, Problems problems) {
        var inside = directory.resolve("annotations");
        var home = Files.isDirectory(inside) ? inside : directory;
        var seen = new HashSet<Long>();
        var validation = home.resolve(kind + "_val2014.json");
        seen.addAll(add.apply(validation));
        var training = home.resolve(kind + "_train2014.json");
        if (Files.exists(training)) {
            seen.addAll(add.apply(training));
        }
        if (!seen.isEmpty()) {
            questions.stream()
                    .filter(question -> !seen.contains(Long.valueOf(question.id())))
                    .forEach(question -> problems.add(
                            question.place(), "image %s is not in COCO's %s".formatted(question.id(), kind)));
        } else if (Files.exists(validation)) {
            problems.add(Place.of(validation), "the file holds none of the images of the questions");
        }
    }

    @Override
    public List<Question> questions() {
        return questions;
    }

    @Override
    public Map<String, String> readAnswers(Path file, Missing missing) {
        return new AnswerFile(file, questions, ids)
                .read(
                        missing,
                        json -> json.integer("image_id").map(String::valueOf),
                        json -> json.text(json.has("answer") && !json.has("text") ? "answer" : "text"));
    }

    @Override
    public void writeAnswers(Path file, Map<String, String> answers, String model) throws IOException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < questions.size(); i++) {
            var question = questions.get(i);
            var answer = answers.get(question.id());
            if (answer != null) {
                lines.add(JsonNodeFactory.instance
                        .objectNode()
                        .put("question_id", i)
                        .put("image_id", Long.parseLong(question.id()))
                        .put("prompt", question.text())
                        .put("text", answer)
                        .put("model_id", model)
                        .toString());
            }
        }
        AnswerFile.replace(file, String.join("\n", lines));
    }

    @Override
    public Report score(Map<String, String> answers, LongConsumer scored) {
        var counts = new ChairCounts();
        var verdicts = new ArrayList<Map<String, Object>>();
        for (Question question : questions) {
            var answer = answers.get(question.id());
            if (answer == null) {
                continue;
            }
            var image = Long.parseLong(question.id());
            var found = mentions.of(answer.replace("Assistant:", ""));
            var hallucinated = found.stream()
                    .filter(mention -> !truth.of(image).contains(mention.object()))
                    .toList();
            counts.add(found, hallucinated, truth.of(image));
            verdicts.add(Map.of(
                    "image_id", image,
                    "mentioned", found.stream().map(Mention::object).toList(),
                    "hallucinated", hallucinated.stream().map(Mention::object).toList(),
                    "truth", truth.of(image).stream().sorted().toList()));
            scored.accept(verdicts.size());
        }
        return new Report("object-halbench", counts.answers(), List.of(counts.section()), false, notes(), verdicts);
    }

    private List<String> notes() {
        var notes = new ArrayList<String>();
        notes.add(
                "not comparable with published Object HalBench numbers, also those of the mDPO paper: there GPT extracts"
                        + " the objects of an answer, here they are found by their words");
        if (questions.size() < ids.size()) {
            notes.add("only the first %d questions were asked".formatted(questions.size()));
        }
        return notes;
    }
}

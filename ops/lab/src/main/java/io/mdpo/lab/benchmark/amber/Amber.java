package io.mdpo.lab.benchmark.amber;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.lab.benchmark.text.NltkTagger;
import io.mdpo.lab.benchmark.text.Nouns;
import io.mdpo.lab.benchmark.text.Tagger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/**
 * AMBER. Its directory holds {@code annotations.json}, {@code relation.json}, {@code safe_words.txt}, {@code query/} and,
 * to let a model answer, the images; or it is the directory above, as in AMBER's repository. Answers are {@code [{"id": 1,
 * "response": "..."}]}, those to yes-no questions {@code Yes} or {@code No}.
 *
 * <p>Source: Wang et al. 2023, arXiv 2311.07397, and github.com/junyangwang0410/AMBER.
 */
public final class Amber implements Benchmark {
    private static final Pattern YES_OR_NO =
            Pattern.compile("\\W*(yes|no)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Settings settings;
    private final Associations associations;
    private final Set<String> safeWords;
    private final Map<String, Annotation> annotations = new HashMap<>();
    private final List<Question> questions;
    private final boolean whole;

    /**
     * Which questions, and what they are scored with.
     *
     * @param limit asks only the first questions
     * @param similarities without them only words themselves and associated ones count as names
     * @param tagger the reference's own; without it, OpenNLP's
     */
    public record Settings(
            AmberPart part,
            Optional<Integer> limit,
            Optional<Similarities> similarities,
            Optional<NltkTagger> tagger) {}

    private Amber(Path directory, Settings settings, Problems problems) {
        this.settings = settings;
        associations = Associations.read(directory.resolve("relation.json"), problems);
        safeWords = safeWords(directory.resolve("safe_words.txt"), problems);
        readAnnotations(directory.resolve("annotations.json"), problems);
        var all = readQuestions(directory, problems);
        questions = all.subList(0, Math.min(all.size(), settings.limit().orElse(Integer.MAX_VALUE)));
        whole = questions.size() == all.size();
    }

    /**
     * Reads the benchmark.
     *
     * @throws BenchmarkFileException naming everything that is wrong with its files
     */
    public static Amber open(Path directory, Settings settings) {
        var problems = new Problems();
        var data = directory.resolve("data");
        var amber = new Amber(Files.isDirectory(data) ? data : directory, settings, problems);
        problems.throwIfAny();
        return amber;
    }

    private static Set<String> safeWords(Path file, Problems problems) {
        try {
            return Set.copyOf(Files.readAllLines(file));
        } catch (IOException e) {
            problems.add(Place.of(file), "the file cannot be read: " + e);
            return Set.of();
        }
    }

    private void readAnnotations(Path file, Problems problems) {
        for (JsonRecord json : new JsonFile(file, problems).records()) {
            json.integer("id").ifPresent(id -> Annotation.of(json, associations).ifPresent(annotation -> {
                if (annotations.putIfAbsent(id.toString(), annotation) != null) {
                    json.problem("id %d is annotated already".formatted(id));
                }
            }));
        }
    }

    private List<Question> readQuestions(Path directory, Problems problems) {
        var file = directory.resolve("query").resolve(settings.part().queryFile());
        var found = new LinkedHashMap<String, Question>();
        for (JsonRecord json : new JsonFile(file, problems).records()) {
            var id = json.integer("id").map(String::valueOf);
            var image = json.text("image");
            var query = json.text("query");
            if (id.isEmpty() || image.isEmpty() || query.isEmpty()) {
                continue;
            }
            if (!annotations.containsKey(id.get())) {
                json.problem("id %s is not annotated".formatted(id.get()));
            }
            var question = new Question(id.get(), json.place(), query.get(), picture(directory, image.get()));
            if (found.putIfAbsent(id.get(), question) != null) {
                json.problem("id %s is asked already".formatted(id.get()));
            }
        }
        return List.copyOf(found.values());
    }

    private static Picture picture(Path directory, String name) {
        var above = directory.toAbsolutePath().getParent();
        var places = new ArrayList<>(List.of(
                directory.resolve("image").resolve(name),
                directory.resolve("images").resolve(name)));
        if (above != null) {
            places.add(above.resolve("image").resolve(name));
            places.add(above.resolve("images").resolve(name));
        }
        return new Picture.InFile(places);
    }

    @Override
    public List<Question> questions() {
        return questions;
    }

    @Override
    public Map<String, String> readAnswers(Path file, Missing missing) {
        return new AnswerFile(file, questions, annotations.keySet())
                .read(missing, json -> json.integer("id").map(String::valueOf), json -> json.text("response"));
    }

    @Override
    public void writeAnswers(Path file, Map<String, String> answers, String model) throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Question question : questions) {
            var answer = answers.get(question.id());
            if (answer != null) {
                array.addObject().put("id", Long.parseLong(question.id())).put("response", answer);
            }
        }
        AnswerFile.replace(file, array.toPrettyString());
    }

    /** A reply to a yes-no question that begins with the word becomes the word alone, which is all that the format knows. */
    @Override
    public String answer(Question question, String generated) {
        var matcher = YES_OR_NO.matcher(generated);
        if (annotation(question).kind() == Kind.GENERATIVE || !matcher.matches()) {
            return generated;
        }
        return matcher.group(1).toLowerCase(Locale.ROOT).equals("yes") ? "Yes" : "No";
    }

    @Override
    public Report score(Map<String, String> answers, LongConsumer scored) {
        var descriptions = new ArrayList<Description>();
        var replies = new ArrayList<DiscriminativeScore.Reply>();
        var verdicts = new ArrayList<Map<String, Object>>();
        var nouns = new Nouns(settings.tagger().map(Tagger.class::cast).orElseGet(Tagger::openNlp));
        for (Question question : questions) {
            var answer = answers.get(question.id());
            if (answer == null) {
                continue;
            }
            var annotation = annotation(question);
            if (annotation.kind() == Kind.GENERATIVE) {
                var description = describe(nouns.of(answer), annotation);
                descriptions.add(description);
                verdicts.add(Map.of(
                        "id", Long.valueOf(question.id()),
                        "mentioned", description.mentioned(),
                        "hallucinated", description.hallucinated(),
                        "covered", description.covered(),
                        "imagined", description.imagined()));
            } else {
                var reply = new DiscriminativeScore.Reply(annotation.kind(), annotation.yes(), answer);
                replies.add(reply);
                verdicts.add(Map.of("id", Long.valueOf(question.id()), "answer", answer, "right", reply.right()));
            }
            scored.accept(verdicts.size());
        }
        return report(descriptions, replies, verdicts);
    }

    /** Judges the nouns of a description of a question's image. */
    Description describe(List<String> nouns, Annotation annotation) {
        return Description.of(
                nouns,
                annotation,
                associations,
                safeWords,
                settings.similarities().orElseGet(Similarities::none));
    }

    Annotation annotation(Question question) {
        return Objects.requireNonNull(annotations.get(question.id()), question.id());
    }

    private Report report(
            List<Description> descriptions,
            List<DiscriminativeScore.Reply> replies,
            List<Map<String, Object>> verdicts) {
        var sections = new ArrayList<Section>();
        if (!descriptions.isEmpty()) {
            sections.add(new GenerativeScore(descriptions).section());
        }
        sections.addAll(new DiscriminativeScore(replies).sections());
        var deviations = deviations(!descriptions.isEmpty());
        var notes = new ArrayList<>(deviations);
        if (deviations.isEmpty() && !descriptions.isEmpty()) {
            notes.add("synonyms and nouns are as the given files say; published numbers took those of spaCy's"
                    + " en_core_web_lg and of NLTK");
        }
        long unclear = replies.stream()
                .filter(reply -> !reply.saysYes() && !reply.saysNo())
                .count();
        if (unclear > 0) {
            notes.add("%d of %d answers to yes-no questions are neither Yes nor No; they count as wrong, as in AMBER"
                    .formatted(unclear, replies.size()));
        }
        return new Report(
                "amber", descriptions.size() + replies.size(), sections, deviations.isEmpty(), notes, verdicts);
    }

    /** What makes these numbers other than the published ones. */
    private List<String> deviations(boolean descriptions) {
        var found = new ArrayList<String>();
        if (!whole) {
            found.add("not comparable with published numbers: only the first %d questions were asked"
                    .formatted(questions.size()));
        }
        if (descriptions && settings.similarities().isEmpty()) {
            found.add("not comparable with published numbers: without --similarities only objects and their associated"
                    + " words are recognised, where AMBER takes words with like embeddings for synonyms; CHAIR and Hal"
                    + " come out too high, Cover and Cog too low");
        }
        if (descriptions && settings.tagger().isEmpty()) {
            found.add("comparable with published numbers only roughly: without --tagger OpenNLP finds the nouns, where"
                    + " AMBER uses NLTK, which overlooks a few more");
        }
        return found;
    }
}

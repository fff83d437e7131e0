package io.mdpo.ops.gateway.form;

import io.mdpo.operator.SettingException;
import io.mdpo.ops.gateway.form.Question.EditQuestion;
import io.mdpo.ops.gateway.form.Question.PreferredQuestion;
import io.mdpo.ops.gateway.form.Question.RatingQuestion;
import io.mdpo.ops.gateway.form.Question.ThumbQuestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the questions of a configuration: {@code questions { helpful { kind = thumb, answer = a, up = yes, down = no } } }. */
public final class QuestionSettings {
    private static final String KEY = "questions";
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "thumb", Set.of("answer", "up", "down", "ignored"),
            "rating", Set.of("answer", "lowest", "highest"),
            "edit", Set.of("answer"),
            "preferred", Set.of("answers", "labels", "ignored"));

    private QuestionSettings() {}

    /** Refuses settings that are not as they have to be. */
    public static void check(Map<String, String> settings) {
        var unused = of(settings);
    }

    /**
     * The questions by name.
     *
     * @param settings {@code helpful.kind = thumb}, and so on
     * @throws SettingException one is not as it has to be
     */
    static Map<String, Question> of(Map<String, String> settings) {
        var fields = new TreeMap<String, Map<String, String>>();
        settings.forEach((key, value) -> {
            int dot = key.lastIndexOf('.');
            if (dot < 1) {
                throw refused(key, "is no setting of a question: write questions { NAME { kind = thumb, ... } }");
            }
            fields.computeIfAbsent(key.substring(0, dot), name -> new TreeMap<>())
                    .put(key.substring(dot + 1), value);
        });
        var questions = new TreeMap<String, Question>();
        fields.forEach((name, own) -> questions.put(name, new Settings(name, own).question()));
        return questions;
    }

    private static SettingException refused(String key, String what) {
        return new SettingException(KEY + "." + key, what);
    }

    private record Settings(String name, Map<String, String> fields) {
        Question question() {
            var kind = text("kind");
            var known = FIELDS.get(kind);
            if (known == null) {
                throw refused(name + ".kind", "is '%s': use thumb, rating, edit or preferred".formatted(kind));
            }
            fields.keySet().stream()
                    .filter(field -> !field.equals("kind") && !known.contains(field))
                    .findFirst()
                    .ifPresent(field -> {
                        throw refused(
                                name + "." + field,
                                "is no setting of a question of kind %s, which has %s"
                                        .formatted(kind, String.join(", ", new TreeSet<>(known))));
                    });
            return switch (kind) {
                case "thumb" -> new ThumbQuestion(text("answer"), text("up"), text("down"), list("ignored"));
                case "rating" -> rating();
                case "edit" -> new EditQuestion(text("answer"));
                default -> preferred();
            };
        }

        private Question rating() {
            double lowest = number("lowest");
            double highest = number("highest");
            if (!(lowest < highest)) {
                throw refused(name + ".highest", "is %s: it has to be above lowest, %s".formatted(highest, lowest));
            }
            return new RatingQuestion(text("answer"), lowest, highest);
        }

        private Question preferred() {
            var answers = list("answers");
            var labels = fields.containsKey("labels") ? list("labels") : answers;
            if (answers.size() < 2 || labels.size() != answers.size()) {
                throw refused(
                        name + ".answers",
                        "has %d answers and %d labels: name two or more answers, and one label for each"
                                .formatted(answers.size(), labels.size()));
            }
            return new PreferredQuestion(answers, labels, list("ignored"));
        }

        private String text(String field) {
            return Optional.ofNullable(fields.get(field))
                    .filter(value -> !value.isBlank())
                    .orElseThrow(() -> refused(name + "." + field, "is missing"));
        }

        private double number(String field) {
            try {
                return Double.parseDouble(text(field));
            } catch (NumberFormatException e) {
                throw refused(name + "." + field, "is '%s': it has to be a number".formatted(text(field)));
            }
        }

        private List<String> list(String field) {
            var items = new ArrayList<String>();
            Arrays.stream(fields.getOrDefault(field, "").split(",", -1))
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .forEach(items::add);
            return List.copyOf(items);
        }
    }
}

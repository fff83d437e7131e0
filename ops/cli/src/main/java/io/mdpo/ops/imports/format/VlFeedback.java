package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * VLFeedback's rows: four answers of different models to one prompt, each rated from 1 to 5 for helpfulness, ethical
 * considerations and visual faithfulness. Pairs are made as its authors make them (Li et al. 2023, arXiv 2312.10665,
 * {@code run_dpo.py}): of two answers, the one with the higher mean rating is chosen; equal means make no pair, and neither does
 * an answer whose ratings are not all numbers.
 */
final class VlFeedback implements RowFormat {
    private final RatedPairs rule;

    VlFeedback(RatedPairs rule) {
        this.rule = rule;
    }

    private record Rated(String answer, double mean) {}

    @Override
    public String name() {
        return "vlfeedback";
    }

    @Override
    public boolean matches(ObjectNode row) {
        return Fields.has(row, "prompt", "completions");
    }

    @Override
    public List<Draft> read(ObjectNode row, Images images) {
        var rated = rated(Fields.require(row, "completions"));
        var placed = Question.about(
                Fields.text(row, "prompt"),
                List.of(Fields.find(row, "image").orElseGet(() -> Fields.require(row, "img_path"))));
        var loaded = images.load(placed.images());
        var drafts = new ArrayList<Draft>();
        for (var two : rule.pairs(rated.stream().mapToDouble(Rated::mean).toArray())) {
            drafts.add(new Draft(
                    loaded,
                    placed.prompt(),
                    rated.get(two.better()).answer(),
                    rated.get(two.worse()).answer()));
        }
        return drafts;
    }

    /** A list of objects, as in the authors' JSON, or an object of lists, as the data set's library stores it in Parquet. */
    private static List<Rated> rated(JsonNode completions) {
        var rated = new ArrayList<Rated>();
        if (completions instanceof ArrayNode list) {
            list.forEach(each -> add(rated, Fields.text(each, "response"), Fields.object(each, "annotations")));
            return rated;
        }
        var answers = Fields.list(completions, "response");
        var annotations = Fields.list(completions, "annotations");
        if (answers.size() != annotations.size()) {
            throw RefusedRowException.shape(
                    "the row has %d answers and %d annotations".formatted(answers.size(), annotations.size()));
        }
        for (int i = 0; i < answers.size(); i++) {
            add(rated, Fields.asText(answers.get(i), "an answer"), annotations.get(i));
        }
        return rated;
    }

    private static void add(List<Rated> rated, String answer, JsonNode annotations) {
        mean(annotations).ifPresent(mean -> rated.add(new Rated(answer, mean)));
    }

    private static OptionalDouble mean(JsonNode annotations) {
        double sum = 0;
        for (var aspect : annotations) {
            var rating = Fields.find(aspect, "Rating").map(JsonNode::asText).orElse("");
            try {
                sum += Double.parseDouble(rating);
            } catch (NumberFormatException e) {
                return OptionalDouble.empty(); // "N/A", where the annotator did not rate
            }
        }
        double mean = sum / annotations.size();
        return Double.isFinite(mean) ? OptionalDouble.of(mean) : OptionalDouble.empty();
    }
}

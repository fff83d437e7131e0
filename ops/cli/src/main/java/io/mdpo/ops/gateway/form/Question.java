package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Thumb;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A question of a labelling tool, and what a reply to it says of the answers of an interaction. */
sealed interface Question {
    /**
     * The judgements of a reply; none for one that is to be ignored.
     *
     * @param reply a label, a number, a text or a ranking
     * @throws io.mdpo.ingest.encoding.MisfitException the question has no such reply
     */
    List<Object> judge(JsonPlace reply, AnswerIds ids);

    /** For every answer or pair of them that a reply may be about, some judgement: one that takes the place of an earlier. */
    List<Object> any(AnswerIds ids);

    /** Finds the id of an answer, which the configuration gives or the record that is labelled. */
    @FunctionalInterface
    interface AnswerIds {
        String of(String configured);
    }

    /** Two labels, one for a good answer and one for a bad one. */
    record ThumbQuestion(String answer, String up, String down, List<String> ignored) implements Question {
        @Override
        public List<Object> judge(JsonPlace reply, AnswerIds ids) {
            var expected = "%s or %s".formatted(up, down);
            var label = reply.id();
            if (ignored.contains(label)) {
                return List.of();
            }
            reply.require(label.equals(up) || label.equals(down), expected);
            return List.of(new Thumb(ids.of(answer), label.equals(up)));
        }

        @Override
        public List<Object> any(AnswerIds ids) {
            return List.of(new Thumb(ids.of(answer), true));
        }
    }

    /** A number on a scale. */
    record RatingQuestion(String answer, double lowest, double highest) implements Question {
        @Override
        public List<Object> judge(JsonPlace reply, AnswerIds ids) {
            var expected = "a number from %s to %s".formatted(lowest, highest);
            double value = reply.number(expected);
            reply.require(lowest <= value && value <= highest, expected);
            return List.of(new Rating(ids.of(answer), value, lowest, highest));
        }

        @Override
        public List<Object> any(AnswerIds ids) {
            return List.of(new Rating(ids.of(answer), lowest, lowest, highest));
        }
    }

    /** A text that the answer should have been. */
    record EditQuestion(String answer) implements Question {
        @Override
        public List<Object> judge(JsonPlace reply, AnswerIds ids) {
            return List.of(new Edit(ids.of(answer), reply.text("the corrected text")));
        }

        @Override
        public List<Object> any(AnswerIds ids) {
            return List.of(new Edit(ids.of(answer), ""));
        }
    }

    /**
     * One label for each answer: the reply is the label of the best, or a list of {@code {"value": label, "rank": number}} with
     * 1 for the best. Answers of one rank say nothing about each other.
     */
    record PreferredQuestion(List<String> answers, List<String> labels, List<String> ignored) implements Question {
        @Override
        public List<Object> judge(JsonPlace reply, AnswerIds ids) {
            if (reply.isList()) {
                return judgeRanks(reply, ids);
            }
            var label = reply.id();
            if (ignored.contains(label)) {
                return List.of();
            }
            int chosen = index(reply);
            return IntStream.range(0, answers.size())
                    .filter(other -> other != chosen)
                    .mapToObj(other -> preferred(chosen, other, ids))
                    .toList();
        }

        private List<Object> judgeRanks(JsonPlace reply, AnswerIds ids) {
            record Ranked(int answer, double rank) {}
            var expected = "a list of {\"value\": label, \"rank\": number}";
            var ranked = reply.list(expected).stream()
                    .map(place -> new Ranked(
                            index(place.object(expected).get("value", "a label")),
                            place.get("rank", "a number").number("a number")))
                    .toList();
            reply.require(
                    ranked.stream().map(Ranked::answer).distinct().count() == ranked.size(), "each label at most once");
            return ranked.stream()
                    .flatMap(better -> ranked.stream()
                            .filter(worse -> better.rank() < worse.rank())
                            .map(worse -> preferred(better.answer(), worse.answer(), ids)))
                    .toList();
        }

        private int index(JsonPlace label) {
            int index = labels.indexOf(label.id());
            label.require(index >= 0, "one of " + String.join(", ", labels));
            return index;
        }

        private Object preferred(int chosen, int rejected, AnswerIds ids) {
            return new Preferred(ids.of(answers.get(chosen)), ids.of(answers.get(rejected)));
        }

        @Override
        public List<Object> any(AnswerIds ids) {
            var all = new ArrayList<Object>();
            for (int i = 0; i < answers.size(); i++) {
                for (int j = i + 1; j < answers.size(); j++) {
                    all.add(preferred(i, j, ids));
                }
            }
            return all;
        }
    }
}

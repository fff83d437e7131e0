package io.mdpo.lab.benchmark.amber;

import io.mdpo.lab.benchmark.PythonRounding;
import io.mdpo.lab.benchmark.Report.Metric;
import io.mdpo.lab.benchmark.Report.Section;
import io.mdpo.learner.evaluation.Figure.Better;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Accuracy, precision, recall and F1 of answers with Yes or No, in percent with one decimal. The positive class is "No":
 * most questions are about what is not there. An answer that is neither counts as wrong.
 *
 * <p>Source: Wang et al. 2023, arXiv 2311.07397, and its program: denominators start at 0.001, F1 is taken from the rounded
 * precision and recall with a small number in its denominator.
 */
final class DiscriminativeScore {
    private static final double START = 0.001;

    private final List<Reply> replies;

    DiscriminativeScore(List<Reply> replies) {
        this.replies = replies;
    }

    /** An answer to a yes-no question. */
    record Reply(Kind kind, boolean yes, String answer) {
        boolean saysYes() {
            return answer.equals("Yes");
        }

        boolean saysNo() {
            return answer.equals("No");
        }

        boolean right() {
            return yes ? saysYes() : saysNo();
        }
    }

    /** The sections that there are answers for. */
    List<Section> sections() {
        return List.of(
                        section("discriminative", Set.of(Kind.values()), 0.0001),
                        section("existence", Set.of(Kind.EXISTENCE), 0.001),
                        section("attribute", Set.of(Kind.STATE, Kind.NUMBER, Kind.ACTION), 0.0001),
                        section("state", Set.of(Kind.STATE), 0.0001),
                        section("number", Set.of(Kind.NUMBER), 0.0001),
                        section("action", Set.of(Kind.ACTION), 0.0001),
                        section("relation", Set.of(Kind.RELATION, Kind.OTHER_RELATION), 0.0001))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Section> section(String name, Set<Kind> kinds, double epsilon) {
        var chosen =
                replies.stream().filter(reply -> kinds.contains(reply.kind())).toList();
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        long right = chosen.stream().filter(Reply::right).count();
        long no = chosen.stream().filter(reply -> !reply.yes()).count();
        long saidNo = chosen.stream().filter(Reply::saysNo).count();
        long rightNo =
                chosen.stream().filter(reply -> !reply.yes() && reply.saysNo()).count();
        // The attribute section adds up the denominators of its three parts.
        double start = START * (name.equals("attribute") ? 3 : 1);
        double precision = share(rightNo, saidNo + start);
        double recall = share(rightNo, no + start);
        double f1 = PythonRounding.round(
                2 * (precision / 100) * (recall / 100) / ((precision / 100) + (recall / 100) + epsilon) * 100, 1);
        return Optional.of(new Section(
                name,
                chosen.size(),
                List.of(
                        new Metric(
                                "Accuracy",
                                share(right, chosen.size() + start),
                                1,
                                "%",
                                Better.HIGHER,
                                "right answers"),
                        new Metric("Precision", precision, 1, "%", Better.HIGHER, "right, of the answers No"),
                        new Metric(
                                "Recall",
                                recall,
                                1,
                                "%",
                                Better.HIGHER,
                                "answered No, of the questions to be answered so"),
                        new Metric("F1", f1, 1, "%", Better.HIGHER, "of precision and recall"))));
    }

    private static double share(long part, double whole) {
        return PythonRounding.round(part / whole * 100, 1);
    }
}

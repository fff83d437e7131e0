package io.mdpo.lab.metrics;

import io.mdpo.learner.evaluation.Figure;
import io.mdpo.learner.evaluation.Figure.Better;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Object hallucination over a set of answers, every value in percent. A share of nothing is 0.
 *
 * <p>CHAIR is of Rohrbach et al. 2018 (arXiv 1809.02156), Cover, Hal and Cog of AMBER (Wang et al. 2023, arXiv
 * 2311.07397). CHAIR alone can be lowered by saying little: read it beside Cover, the well-formed share and the recall of
 * partners. Cover is pooled over objects here, where AMBER averages it over answers.
 *
 * @param chairI mentions of absent objects, of all mentions
 * @param chairS answers that mention an absent object, of all answers, those that mention nothing included; AMBER's Hal
 * @param cover objects in the pictures that are mentioned, of all objects in the pictures
 * @param cog mentions of planted objects, of all mentions
 * @param plantedShare mentions of planted objects, of the mentions of absent objects
 * @param plantedRate planted objects that are mentioned, of all planted objects
 * @param partnerRecall expected partners that are mentioned, of all expected partners: falls where a policy has merely
 *     learned never to mention them
 * @param wellFormed answers that follow the grammar, of all answers
 * @param answers number of answers
 */
public record HallucinationMetrics(
        double chairI,
        double chairS,
        double cover,
        double cog,
        double plantedShare,
        double plantedRate,
        double partnerRecall,
        double wellFormed,
        int answers) {

    /** Computes the metrics of a set of answers, in any order. */
    public static HallucinationMetrics of(Collection<HallucinationAnswer> answers) {
        var chairI = new Share();
        var chairS = new Share();
        var cover = new Share();
        var cog = new Share();
        var plantedShare = new Share();
        var plantedRate = new Share();
        var partnerRecall = new Share();
        var wellFormed = new Share();
        for (HallucinationAnswer answer : answers) {
            for (String object : answer.mentioned()) {
                boolean absent = !answer.truth().contains(object);
                boolean planted = answer.planted().contains(object);
                chairI.count(absent);
                cog.count(planted);
                if (absent) {
                    plantedShare.count(planted);
                }
            }
            Set<String> mentioned = new HashSet<>(answer.mentioned());
            chairS.count(!answer.truth().containsAll(mentioned));
            answer.truth().forEach(object -> cover.count(mentioned.contains(object)));
            answer.planted().forEach(object -> plantedRate.count(mentioned.contains(object)));
            answer.expectedPartners().forEach(object -> partnerRecall.count(mentioned.contains(object)));
            wellFormed.count(answer.wellFormed());
        }
        return new HallucinationMetrics(
                chairI.percent(),
                chairS.percent(),
                cover.percent(),
                cog.percent(),
                plantedShare.percent(),
                plantedRate.percent(),
                partnerRecall.percent(),
                wellFormed.percent(),
                answers.size());
    }

    /** All but the number of answers. */
    public List<Figure> figures() {
        return List.of(
                figure("chairI", chairI, Better.LOWER),
                figure("chairS", chairS, Better.LOWER),
                figure("cover", cover, Better.HIGHER),
                figure("cog", cog, Better.LOWER),
                figure("plantedShare", plantedShare, Better.NEITHER),
                figure("plantedRate", plantedRate, Better.LOWER),
                figure("partnerRecall", partnerRecall, Better.HIGHER),
                figure("wellFormed", wellFormed, Better.HIGHER));
    }

    private Figure figure(String name, double percent, Better better) {
        return new Figure(name, percent, "%", better, answers);
    }

    private static final class Share {
        private long hits;
        private long cases;

        void count(boolean hit) {
            cases++;
            hits += hit ? 1 : 0;
        }

        double percent() {
            return cases == 0 ? 0 : 100.0 * hits / cases;
        }
    }
}

package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.PairKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides the thumbs for one content, whatever interactions they come from. The majority of an answer's thumbs says whether
 * it is good or bad. Where there are good and bad answers, all thumbs end: the answers of the longer side each make a pair
 * with one of the other side, in turn, so that there are as many pairs as answers on the longer side and no answer is left
 * over. Where there are not, the thumbs of the oldest thumb's answer end without a partner.
 */
record ThumbMatching(boolean thumbs, boolean unpaired) {
    /** What became of the thumbs; those without an ending wait on. */
    record Matched(Map<Offer.Thumb, Ending> endings, Map<Draft, Offer.Thumb> drafts) {}

    private record Answer(String text, List<Offer.Thumb> up, List<Offer.Thumb> down) {
        static Answer of(String text, List<Offer.Thumb> all) {
            var sides = all.stream().collect(Collectors.partitioningBy(Offer.Thumb::up));
            return new Answer(text, sides.getOrDefault(true, List.of()), sides.getOrDefault(false, List.of()));
        }

        boolean good() {
            return up.size() > down.size();
        }

        boolean bad() {
            return down.size() > up.size();
        }

        List<Offer.Thumb> majority() {
            return good() ? up : down;
        }

        List<Offer.Thumb> minority() {
            return good() ? down : up;
        }
    }

    /**
     * Decides.
     *
     * @param window the oldest thumb, and those that settled within the partner wait after it, by that time and by id
     * @param at when that wait ended
     */
    Matched decide(List<Offer.Thumb> window, long at) {
        var answers = window.stream()
                .collect(Collectors.groupingBy(Offer.Thumb::answer, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> Answer.of(entry.getKey(), entry.getValue()))
                .toList();
        var good = answers.stream().filter(Answer::good).toList();
        var bad = answers.stream().filter(Answer::bad).toList();
        var matched = new Matched(new LinkedHashMap<>(), new LinkedHashMap<>());
        if (thumbs && !good.isEmpty() && !bad.isEmpty()) {
            pair(good, bad, at, matched);
            answers.forEach(answer -> endOverruled(answer, matched));
        } else {
            alone(answers.get(0), at, matched);
            endOverruled(answers.get(0), matched);
        }
        return matched;
    }

    private static void pair(List<Answer> good, List<Answer> bad, long at, Matched matched) {
        var pairsOf = new LinkedHashMap<Offer.Thumb, List<String>>();
        for (int i = 0; i < Math.max(good.size(), bad.size()); i++) {
            var chosen = good.get(i % good.size());
            var rejected = bad.get(i % bad.size());
            var by = Stream.concat(chosen.up.stream(), rejected.down.stream()).toList();
            var draft = Draft.of("thumbs", PairKind.PAIR, chosen.text, rejected.text, voices(by), at);
            matched.drafts.put(draft, chosen.up.get(0));
            by.forEach(thumb ->
                    pairsOf.computeIfAbsent(thumb, each -> new ArrayList<>()).add(draft.pairId()));
        }
        pairsOf.forEach((thumb, pairs) -> matched.endings.put(
                thumb, new Ending(thumb.voice().feedbackId(), FeedbackReason.PAIRED, "", List.copyOf(pairs))));
    }

    private void alone(Answer answer, long at, Matched matched) {
        if (!answer.good() && !answer.bad()) {
            return;
        }
        if (!unpaired) {
            end(
                    answer.majority(),
                    FeedbackReason.NO_COUNTERPART,
                    "no opposite thumb on another answer in time",
                    matched);
            return;
        }
        var by = answer.majority();
        var draft = answer.good()
                ? Draft.of("unpaired", PairKind.DESIRABLE, answer.text, "", voices(by), at)
                : Draft.of("unpaired", PairKind.UNDESIRABLE, "", answer.text, voices(by), at);
        matched.drafts.put(draft, by.get(0));
        by.forEach(thumb -> matched.endings.put(
                thumb, new Ending(thumb.voice().feedbackId(), FeedbackReason.PAIRED, "", List.of(draft.pairId()))));
    }

    private static void endOverruled(Answer answer, Matched matched) {
        if (answer.good() || answer.bad()) {
            end(
                    answer.minority(),
                    FeedbackReason.CONTRADICTED,
                    "%d thumbs against %d say the opposite of the answer"
                            .formatted(
                                    answer.majority().size(), answer.minority().size()),
                    matched);
        } else {
            var message = "%d thumbs up and as many down".formatted(answer.up.size());
            end(answer.up, FeedbackReason.TIE, message, matched);
            end(answer.down, FeedbackReason.TIE, message, matched);
        }
    }

    private static void end(List<Offer.Thumb> all, FeedbackReason reason, String message, Matched matched) {
        all.forEach(thumb -> matched.endings.put(thumb, Ending.of(thumb.voice().feedbackId(), reason, message)));
    }

    private static List<Voice> voices(List<Offer.Thumb> by) {
        return by.stream().map(Offer.Thumb::voice).toList();
    }
}

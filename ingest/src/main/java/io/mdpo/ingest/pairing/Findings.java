package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.PairKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the settling of one interaction came to: pairs, thumbs that go on to be matched, and an end for all the rest. */
final class Findings {
    private final Map<String, Ending> endings = new LinkedHashMap<>();
    private final Map<String, List<String>> pairsOf = new LinkedHashMap<>();
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Offer.Thumb> offers = new ArrayList<>();

    void end(Said said, FeedbackReason reason, String message) {
        endings.put(said.id(), Ending.of(said.id(), reason, message));
    }

    /** A pair; everybody who said so ends in it. */
    void pair(String rule, String chosen, String rejected, List<Said> by, long at) {
        var draft = Draft.of(
                rule,
                PairKind.PAIR,
                chosen,
                rejected,
                by.stream().map(Said::voice).toList(),
                at);
        drafts.add(draft);
        by.forEach(said ->
                pairsOf.computeIfAbsent(said.id(), id -> new ArrayList<>()).add(draft.pairId()));
    }

    void offer(Offer.Thumb thumb) {
        offers.add(thumb);
    }

    List<Draft> drafts() {
        return drafts;
    }

    List<Offer.Thumb> offers() {
        return offers;
    }

    List<Ending> endings() {
        var all = new ArrayList<>(endings.values());
        pairsOf.forEach((id, pairs) -> all.add(new Ending(id, FeedbackReason.PAIRED, "", List.copyOf(pairs))));
        return all;
    }
}

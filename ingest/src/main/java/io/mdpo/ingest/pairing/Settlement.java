package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.PairGuard;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Retracted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides one interaction with all its feedback. What comes out follows from the set of feedback and not from its order:
 * what was taken back, what was replaced, what cannot be used, and what the rules make of the rest.
 */
final class Settlement {
    private final List<Rule> rules = new ArrayList<>();

    Settlement(PairingConfig config) {
        if (config.vote()) {
            rules.add(new VoteRule());
        }
        if (config.edit()) {
            rules.add(new EditRule());
        }
        if (config.rating()) {
            rules.add(new RatingRule(config.ratingGap()));
        }
        if (config.thumbs() || config.unpaired()) {
            rules.add(new ThumbRule());
        }
    }

    /**
     * Gives everything that was said a pair, an offer or an end.
     *
     * @param held feedback in time
     */
    Findings settle(Case of, List<Held> held) {
        var said = held.stream()
                .map(Said::of)
                .sorted((one, other) -> Voice.ORDER.compare(one.voice(), other.voice()))
                .toList();
        return PairGuard.guard(() -> settleAll(of, said), sentence -> {
            var none = new Findings();
            said.forEach(each -> none.end(each, FeedbackReason.UNPREPARABLE, sentence));
            return none;
        });
    }

    private Findings settleAll(Case of, List<Said> said) {
        var findings = new Findings();
        var standing = standing(said, findings);
        var usable =
                standing.stream().filter(each -> isUsable(of, each, findings)).toList();
        for (var rule : rules) {
            rule.decide(
                    of,
                    usable.stream()
                            .filter(each -> rule.judgement().isInstance(each.judgement()))
                            .toList(),
                    findings);
        }
        return findings;
    }

    /** What each rater thinks in the end; all else ends here. */
    private static List<Said> standing(List<Said> said, Findings findings) {
        var judgements = said.stream()
                .filter(each -> !(each.judgement() instanceof Retracted))
                .toList();
        var byId = judgements.stream().collect(Collectors.toMap(Said::id, Function.identity()));
        var takenBack = new HashMap<String, String>();
        for (var each : said) {
            if (each.judgement() instanceof Retracted retraction) {
                var target = Optional.ofNullable(byId.get(retraction.getFeedback()))
                        .filter(found ->
                                found.voice().rater().equals(each.voice().rater()));
                target.ifPresent(found -> takenBack.putIfAbsent(found.id(), each.id()));
                findings.end(
                        each,
                        target.isPresent() ? FeedbackReason.APPLIED : FeedbackReason.NOTHING_TO_RETRACT,
                        target.isPresent() ? "" : "its rater gave no feedback of that id to this interaction");
            }
        }
        var last = new HashMap<List<Object>, Said>();
        judgements.forEach(each -> each.subject().ifPresent(subject -> last.put(subject, each)));
        var standing = new ArrayList<Said>();
        for (var each : judgements) {
            var latest = each.subject().map(last::get).orElse(each);
            var retraction = Optional.ofNullable(takenBack.get(each.id()));
            if (retraction.isPresent()) {
                findings.end(each, FeedbackReason.RETRACTED, "by " + retraction.get());
            } else if (!latest.id().equals(each.id())) {
                findings.end(each, FeedbackReason.REPLACED, "by " + latest.id());
            } else {
                standing.add(each);
            }
        }
        return standing;
    }

    private boolean isUsable(Case of, Said said, Findings findings) {
        for (var answer : said.answers()) {
            if (!of.answers().containsKey(answer)) {
                findings.end(
                        said, FeedbackReason.UNKNOWN_ANSWER, "the interaction has no answer '%s'".formatted(answer));
                return false;
            }
        }
        if (rules.stream().noneMatch(rule -> rule.judgement().isInstance(said.judgement()))) {
            findings.end(
                    said,
                    FeedbackReason.RULE_OFF,
                    "no rule is on for a " + said.judgement().getClass().getSimpleName());
            return false;
        }
        var texts = new ArrayList<String>();
        said.answers().forEach(answer -> texts.add(of.text(answer)));
        if (said.judgement() instanceof Edit) {
            texts.add(EditRule.edited(said));
        }
        if (texts.stream().anyMatch(String::isEmpty)) {
            findings.end(said, FeedbackReason.EMPTY_ANSWER, "an answer that it is about has no text");
            return false;
        }
        if (Limits.isTooLarge(of.interaction()) || texts.stream().anyMatch(Limits::isTooLarge)) {
            findings.end(
                    said,
                    FeedbackReason.TOO_LARGE,
                    "images and prompt may have %d bytes, and an answer %d"
                            .formatted(Limits.CONTENT_BYTES, Limits.TEXT_BYTES));
            return false;
        }
        return true;
    }
}

package io.mdpo.lab.feedback;

import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What pairing should come to, by a program that sees all records at once and takes its time: no stores, no timers, no
 * partitions. It follows the documents and shares nothing with the topology but the records.
 */
public final class PlainPairing {
    private final FeedbackWaits waits;
    private final Map<String, String> outcomes = new TreeMap<>();
    private final List<Paired> pairs = new ArrayList<>();
    private final PlainThumbs thumbs;

    /**
     * Where everything ended.
     *
     * @param outcomes code by feedback id
     */
    public record Result(List<Paired> pairs, Map<String, String> outcomes) {}

    private record Known(Interaction interaction, long first) {}

    private PlainPairing(FeedbackWaits waits) {
        this.waits = waits;
        this.thumbs = new PlainThumbs(waits.partnerWait(), outcomes, pairs);
    }

    public static Result of(FeedbackWaits waits, List<FeedbackEvent> events) {
        var plain = new PlainPairing(waits);
        plain.all(events);
        return new Result(plain.pairs, plain.outcomes);
    }

    private void all(List<FeedbackEvent> events) {
        var interactions = new HashMap<String, Known>();
        var opinions = new TreeMap<String, Opinion>();
        long clock = Long.MIN_VALUE;
        for (var event : events) {
            clock = Math.max(clock, event.timestamp());
            boolean outOfBounds = clock - event.timestamp() >= waits.lateness();
            if (event.interaction().isPresent()) {
                var seen = new Known(event.interaction().get(), event.timestamp());
                interactions.putIfAbsent(event.key(), seen);
            } else {
                var said = event.feedback().orElseThrow();
                if (outOfBounds) {
                    outcomes.putIfAbsent(said.getFeedbackId(), "TOO_LATE");
                } else {
                    outcomes.remove(said.getFeedbackId(), "TOO_LATE");
                    opinions.putIfAbsent(said.getFeedbackId(), new Opinion(said, event.timestamp()));
                }
            }
        }
        opinions.keySet().forEach(outcomes::remove);
        var byInteraction = new TreeMap<String, List<Opinion>>();
        opinions.values().forEach(opinion -> byInteraction
                .computeIfAbsent(opinion.feedback().getInteractionId(), id -> new ArrayList<>())
                .add(opinion));
        byInteraction.forEach((id, all) -> settle(interactions.get(id), all));
        thumbs.matchAll();
    }

    private void settle(@Nullable Known known, List<Opinion> all) {
        long first = all.stream().mapToLong(Opinion::time).min().orElseThrow();
        boolean joined = known != null
                && first < known.first + waits.feedbackWait()
                && known.first < first + waits.interactionWait();
        var inTime = new ArrayList<Opinion>();
        for (var opinion : all) {
            if (opinion.time() >= first + (joined ? waits.settle() : waits.interactionWait())) {
                outcomes.put(opinion.id(), "TOO_LATE");
            } else if (!joined) {
                outcomes.put(opinion.id(), "UNKNOWN_INTERACTION");
            } else {
                inTime.add(opinion);
            }
        }
        if (joined) {
            var interaction = Objects.requireNonNull(known).interaction;
            decide(interaction, usable(interaction, standing(inTime)), Math.max(first + waits.settle(), known.first));
        }
    }

    private List<Opinion> standing(List<Opinion> all) {
        var left = new ArrayList<Opinion>();
        for (var opinion : all) {
            if (opinion.feedback().getJudgement() instanceof Retracted retracted) {
                boolean found = all.stream()
                        .anyMatch(other -> other.id().equals(retracted.getFeedback())
                                && other.rater().equals(opinion.rater())
                                && !(other.feedback().getJudgement() instanceof Retracted));
                outcomes.put(opinion.id(), found ? "APPLIED" : "NOTHING_TO_RETRACT");
                continue;
            }
            boolean takenBack = all.stream()
                    .anyMatch(other -> other.feedback().getJudgement() instanceof Retracted retracted
                            && retracted.getFeedback().equals(opinion.id())
                            && other.rater().equals(opinion.rater()));
            boolean replaced = !opinion.rater().isEmpty()
                    && all.stream()
                            .anyMatch(other -> other.rater().equals(opinion.rater())
                                    && subject(other).equals(subject(opinion))
                                    && other.isLaterThan(opinion));
            if (takenBack) {
                outcomes.put(opinion.id(), "RETRACTED");
            } else if (replaced) {
                outcomes.put(opinion.id(), "REPLACED");
            } else {
                left.add(opinion);
            }
        }
        return left;
    }

    private static String subject(Opinion opinion) {
        return opinion.feedback().getJudgement().getClass().getSimpleName() + new TreeSet<>(answers(opinion));
    }

    private static List<String> answers(Opinion opinion) {
        var judgement = opinion.feedback().getJudgement();
        if (judgement instanceof Preferred preferred) {
            return List.of(preferred.getChosen(), preferred.getRejected());
        } else if (judgement instanceof Thumb thumb) {
            return List.of(thumb.getAnswer());
        } else if (judgement instanceof Rating rating) {
            return List.of(rating.getAnswer());
        } else if (judgement instanceof Edit edit) {
            return List.of(edit.getAnswer());
        }
        return List.of(opinion.id());
    }

    private List<Opinion> usable(Interaction interaction, List<Opinion> standing) {
        var left = new ArrayList<Opinion>();
        for (var opinion : standing) {
            boolean unknown = answers(opinion).stream().anyMatch(id -> interaction.getAnswers().stream()
                    .noneMatch(answer -> answer.getAnswerId().equals(id)));
            boolean empty = !unknown
                    && (answers(opinion).stream()
                                    .anyMatch(id -> text(interaction, id).isEmpty())
                            || (opinion.feedback().getJudgement() instanceof Edit edit
                                    && edit.getText().isBlank()));
            if (unknown) {
                outcomes.put(opinion.id(), "UNKNOWN_ANSWER");
            } else if (empty) {
                outcomes.put(opinion.id(), "EMPTY_ANSWER");
            } else {
                left.add(opinion);
            }
        }
        return left;
    }

    private static String text(Interaction interaction, String id) {
        for (var answer : interaction.getAnswers()) {
            if (answer.getAnswerId().equals(id)) {
                return answer.getText().strip();
            }
        }
        throw new IllegalStateException(id);
    }

    private void decide(Interaction interaction, List<Opinion> usable, long settled) {
        var ratings = new ArrayList<Opinion>();
        for (var opinion : usable) {
            var judgement = opinion.feedback().getJudgement();
            if (judgement instanceof Thumb thumb) {
                thumbs.add(opinion, interaction, text(interaction, thumb.getAnswer()), thumb.getUp(), settled);
            } else if (judgement instanceof Preferred preferred) {
                vote(interaction, preferred, opinion, usable);
            } else if (judgement instanceof Edit edit) {
                edit(interaction, edit, opinion, usable);
            } else if (judgement instanceof Rating rating) {
                if (rating.getValue() < rating.getLowest() || rating.getValue() > rating.getHighest()) {
                    outcomes.put(opinion.id(), "INVALID_RATING");
                } else {
                    ratings.add(opinion);
                }
            }
        }
        rate(interaction, ratings);
    }

    private void vote(Interaction interaction, Preferred vote, Opinion opinion, List<Opinion> usable) {
        var chosen = text(interaction, vote.getChosen());
        var rejected = text(interaction, vote.getRejected());
        if (chosen.equals(rejected)) {
            outcomes.put(opinion.id(), "EQUAL_ANSWERS");
            return;
        }
        var same = usable.stream()
                .filter(other -> other.feedback().getJudgement().equals(vote))
                .toList();
        var reversed = new Preferred(/* chosen= */ vote.getRejected(), /* rejected= */ vote.getChosen());
        long opposite = usable.stream()
                .filter(other -> other.feedback().getJudgement().equals(reversed))
                .count();
        outcomes.put(
                opinion.id(), same.size() > opposite ? "PAIRED" : same.size() == opposite ? "TIE" : "CONTRADICTED");
        if (same.size() > opposite && same.get(0).equals(opinion)) {
            pairs.add(Opinion.paired("vote", "pair", interaction, chosen, rejected, same));
        }
    }

    private void edit(Interaction interaction, Edit edit, Opinion opinion, List<Opinion> usable) {
        var original = text(interaction, edit.getAnswer());
        if (edit.getText().strip().equals(original)) {
            outcomes.put(opinion.id(), "EQUAL_ANSWERS");
            return;
        }
        var same = usable.stream()
                .filter(other -> other.feedback().getJudgement() instanceof Edit theirs
                        && theirs.getAnswer().equals(edit.getAnswer())
                        && theirs.getText().strip().equals(edit.getText().strip()))
                .toList();
        outcomes.put(opinion.id(), "PAIRED");
        if (same.get(0).equals(opinion)) {
            pairs.add(Opinion.paired("edit", "pair", interaction, edit.getText().strip(), original, same));
        }
    }

    private void rate(Interaction interaction, List<Opinion> ratings) {
        var rated = new TreeMap<String, List<Opinion>>();
        ratings.forEach(opinion -> rated.computeIfAbsent(answers(opinion).get(0), id -> new ArrayList<>())
                .add(opinion));
        for (var one : rated.keySet()) {
            boolean paired = false;
            boolean differs = false;
            for (var other : rated.keySet()) {
                boolean otherText = !text(interaction, one).equals(text(interaction, other));
                double difference = mean(rated.get(one)) - mean(rated.get(other));
                differs |= otherText;
                paired |= otherText && Math.abs(difference) >= waits.ratingGap() - 1e-9;
                if (otherText && difference >= waits.ratingGap() - 1e-9) {
                    var both = new ArrayList<>(rated.get(one));
                    both.addAll(rated.get(other));
                    pairs.add(Opinion.paired(
                            "rating", "pair", interaction, text(interaction, one), text(interaction, other), both));
                }
            }
            var outcome = paired ? "PAIRED" : differs ? "TIE" : rated.size() > 1 ? "EQUAL_ANSWERS" : "NO_COUNTERPART";
            rated.get(one).forEach(opinion -> outcomes.put(opinion.id(), outcome));
        }
    }

    private static double mean(List<Opinion> ratings) {
        return ratings.stream()
                .map(opinion -> (Rating) opinion.feedback().getJudgement())
                .mapToDouble(
                        rating -> (rating.getValue() - rating.getLowest()) / (rating.getHighest() - rating.getLowest()))
                .average()
                .orElseThrow();
    }
}

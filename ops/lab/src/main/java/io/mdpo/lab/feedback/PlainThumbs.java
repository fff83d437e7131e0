package io.mdpo.lab.feedback;

import io.mdpo.schemas.avro.Interaction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The thumbs of {@link PlainPairing}, and their partners. */
final class PlainThumbs {
    private final long partnerWait;
    private final Map<String, String> outcomes;
    private final List<Paired> pairs;
    private final Map<String, List<Waiting>> byContent = new TreeMap<>();

    private record Waiting(Opinion opinion, Interaction interaction, String text, boolean up, long settled) {}

    PlainThumbs(long partnerWait, Map<String, String> outcomes, List<Paired> pairs) {
        this.partnerWait = partnerWait;
        this.outcomes = outcomes;
        this.pairs = pairs;
    }

    void add(Opinion opinion, Interaction interaction, String text, boolean up, long settled) {
        byContent
                .computeIfAbsent(content(interaction), content -> new ArrayList<>())
                .add(new Waiting(opinion, interaction, text, up, settled));
    }

    void matchAll() {
        for (var waiting : byContent.values()) {
            waiting.sort(Comparator.comparingLong(Waiting::settled).thenComparing(thumb -> thumb.opinion.id()));
            while (!waiting.isEmpty()) {
                waiting.removeAll(match(waiting));
            }
        }
    }

    /** Decides for the oldest thumb and whatever settled within the wait after it; returns the thumbs that end. */
    private Set<Waiting> match(List<Waiting> waiting) {
        var oldest = waiting.get(0);
        var window = waiting.stream()
                .filter(other -> other.settled < oldest.settled + partnerWait)
                .toList();
        var texts = window.stream().map(Waiting::text).distinct().toList();
        var good = texts.stream().filter(text -> balance(window, text) > 0).toList();
        var bad = texts.stream().filter(text -> balance(window, text) < 0).toList();
        var ended = new HashSet<Waiting>();
        for (var thumb : window) {
            int balance = balance(window, thumb.text);
            boolean pairs = !good.isEmpty() && !bad.isEmpty();
            if (pairs || thumb.text.equals(oldest.text)) {
                ended.add(thumb);
                outcomes.put(
                        thumb.opinion.id(), balance == 0 ? "TIE" : balance > 0 == thumb.up ? "PAIRED" : "CONTRADICTED");
            }
        }
        if (!good.isEmpty() && !bad.isEmpty()) {
            for (int i = 0; i < Math.max(good.size(), bad.size()); i++) {
                var chosen = good.get(i % good.size());
                var rejected = bad.get(i % bad.size());
                var by = new ArrayList<>(thumbsOf(window, chosen, true));
                by.addAll(thumbsOf(window, rejected, false));
                pairs.add(Opinion.paired("thumbs", "pair", oldest.interaction, chosen, rejected, by));
            }
        } else if (balance(window, oldest.text) > 0) {
            pairs.add(Opinion.paired(
                    "unpaired", "desirable", oldest.interaction, oldest.text, "", thumbsOf(window, oldest.text, true)));
        } else if (balance(window, oldest.text) < 0) {
            pairs.add(Opinion.paired(
                    "unpaired",
                    "undesirable",
                    oldest.interaction,
                    "",
                    oldest.text,
                    thumbsOf(window, oldest.text, false)));
        }
        return ended;
    }

    private static int balance(List<Waiting> window, String text) {
        return thumbsOf(window, text, true).size()
                - thumbsOf(window, text, false).size();
    }

    private static List<Opinion> thumbsOf(List<Waiting> window, String text, boolean up) {
        return window.stream()
                .filter(thumb -> thumb.text.equals(text) && thumb.up == up)
                .map(Waiting::opinion)
                .toList();
    }

    private static String content(Interaction interaction) {
        return ((ByteBuffer) interaction.getImages().get(0)).getInt(0) + " " + Opinion.prompt(interaction);
    }
}

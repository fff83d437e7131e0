package io.mdpo.learner.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tokens of a micro-batch are whose: the completions lie end to end, pair by pair. A pair has a chosen and a rejected
 * one, or one of them where an answer is good or bad by itself; with an image, the chosen one stands there once more.
 */
public record PairLayout(List<Completion> completions) {
    /** What a completion is to its pair, in the order in which they lie. */
    public enum Kind {
        CHOSEN,
        REJECTED,
        CHOSEN_GIVEN_CORRUPTED_IMAGE
    }

    /**
     * One completion.
     *
     * @param pair number of its pair in the micro-batch, from 0
     * @param tokens its length, the closing end-of-sequence token included
     */
    public record Completion(int pair, Kind kind, int tokens) {}

    public PairLayout {
        completions = List.copyOf(completions);
    }

    /**
     * The layout of pairs in order.
     *
     * @param lengths tokens of each pair's chosen, rejected and, if it is named, corrupted completion; 0 for one that is not
     *     there
     */
    public static PairLayout of(List<int[]> lengths) {
        var completions = new ArrayList<Completion>();
        for (int pair = 0; pair < lengths.size(); pair++) {
            int[] own = lengths.get(pair);
            if ((own.length != 2 && own.length != 3) || own[0] + own[1] == 0) {
                throw new IllegalArgumentException(
                        "pair %d has completions of %s tokens; it has a chosen or a rejected one"
                                .formatted(pair, Arrays.toString(own)));
            }
            for (int i = 0; i < own.length; i++) {
                if (own[i] > 0) {
                    completions.add(new Completion(pair, Kind.values()[i], own[i]));
                }
            }
        }
        return new PairLayout(completions);
    }

    /** Tokens of each completion. */
    long[] lengths() {
        return completions.stream().mapToLong(Completion::tokens).toArray();
    }

    /** Places of the completions of a kind. */
    long[] places(Kind kind) {
        return IntStream.range(0, completions.size())
                .filter(i -> completions.get(i).kind() == kind)
                .asLongStream()
                .toArray();
    }

    /** Numbers of the pairs that have a completion of a kind. */
    long[] pairs(Kind kind) {
        return completions.stream()
                .filter(completion -> completion.kind() == kind)
                .mapToLong(Completion::pair)
                .toArray();
    }

    /** Number of pairs. */
    int pairs() {
        return completions.isEmpty()
                ? 0
                : completions.get(completions.size() - 1).pair() + 1;
    }
}

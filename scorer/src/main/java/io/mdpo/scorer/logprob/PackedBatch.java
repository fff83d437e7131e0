package io.mdpo.scorer.logprob;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.mdpo.scorer.family.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Several completions laid end to end for one forward pass. A <em>row</em> is a prompt with its completion; a
 * <em>branch</em> is another continuation of a row's beginning, which is not computed again: the branch attends to the
 * row's keys and values.
 *
 * <p>The layout is a plan of index tensors, int64, which {@code packed.torchscript} reads:
 *
 * <ul>
 *   <li>{@code ids} (tokens), {@code positions} (axes, tokens); {@code image.places}, {@code image.rows}: which tokens take which feature
 *       rows
 *   <li>for the groups {@code rows} and {@code branches}: {@code .queries}, {@code .keys} (sequences, length), the tokens
 *       that meet in attention, and {@code .limits} (sequences, length), the last key that each query sees; without
 *       limits the group is causal
 *   <li>{@code unpack} (tokens): where each token's attention result stands
 *   <li>{@code last.*}: the same for the last layer, whose queries are only {@code last.tokens}
 *   <li>{@code scored}, {@code targets} (scored): which last-layer token predicts which id
 * </ul>
 *
 * <p>A completion's last token is only ever predicted, so it is not part of the input.
 */
public final class PackedBatch {
    private final long imageToken;
    private final List<Sequence> sequences = new ArrayList<>();
    private int tokens;
    private int features;

    /** One row or branch: its own tokens, where they start in the packing, and what comes before a branch. */
    private static final class Sequence {
        private final int row;
        private final int shared;
        private final Prompt prompt;
        private final long[] completion;
        private final int start;
        private final int firstFeature;

        /** @param shared tokens at the beginning of the prompt that the row computes for a branch */
        Sequence(int row, int shared, Prompt prompt, long[] completion, int start, int firstFeature) {
            this.row = row;
            this.shared = shared;
            this.prompt = prompt;
            this.completion = completion;
            this.start = start;
            this.firstFeature = firstFeature;
        }

        boolean isRow() {
            return row < 0;
        }

        /** Prompt tokens of its own. */
        int ownPrompt() {
            return prompt.length() - shared;
        }

        int length() {
            return ownPrompt() + completion.length - 1;
        }

        long id(int i) {
            return i < ownPrompt() ? prompt.id(shared + i) : completion[i - ownPrompt()];
        }

        long position(int axis, int i) {
            return prompt.position(axis, shared + i);
        }
    }

    /** @param imageToken the id that stands for image features */
    public PackedBatch(long imageToken) {
        this.imageToken = imageToken;
    }

    /**
     * Adds a prompt that holds the next images, if any, and its completion.
     *
     * @return the row's number, for {@link #branch}
     */
    public int row(Prompt prompt, long[] completion) {
        int firstFeature = features;
        features += prompt.imageTokens();
        return add(new Sequence(-1, 0, prompt, completion, tokens, firstFeature));
    }

    /** Adds another completion of a row's whole prompt. */
    public void branch(int row, long[] completion) {
        var prompt = sequences.get(row).prompt;
        branch(row, prompt.length(), prompt, completion);
    }

    /** Adds a sequence whose prompt begins with the same {@code shared} tokens as a row's. */
    public void branch(int row, int shared, Prompt prompt, long[] completion) {
        var parent = sequences.get(row);
        if (!parent.isRow() || shared > Math.min(parent.prompt.length(), prompt.length()) || shared < 1) {
            throw new IllegalArgumentException(
                    "sequence %d has no prompt of %d tokens to share".formatted(row, shared));
        }
        add(new Sequence(row, shared, prompt, completion, tokens, -1));
    }

    private int add(Sequence sequence) {
        if (sequence.completion.length == 0) {
            throw new IllegalArgumentException("an empty completion");
        }
        sequences.add(sequence);
        tokens += sequence.length();
        return sequences.size() - 1;
    }

    /** Tokens that the linear layers compute. */
    public int tokens() {
        return tokens;
    }

    /** Number of completion tokens of each sequence, in the order in which they were added. */
    public List<Integer> completionLengths() {
        return sequences.stream().map(s -> s.completion.length).toList();
    }

    /** The index tensors, owned by {@code manager}. */
    public Map<String, NDArray> plan(NDManager manager) {
        var plan = new LinkedHashMap<String, NDArray>();
        // An image token may be no row of the embedding; its row is replaced anyway.
        plan.put("ids", longs(manager, eachToken((sequence, i) -> Math.max(0, sequence.id(i)))));
        int axes = sequences.get(0).prompt.axes();
        plan.put(
                "positions",
                manager.create(
                        IntStream.range(0, axes)
                                .boxed()
                                .flatMapToLong(axis -> eachToken((sequence, i) -> sequence.position(axis, i)))
                                .toArray(),
                        new Shape(axes, tokens)));
        imagePlaces(manager, plan);
        var layout = new AttentionLayout(manager, plan);
        layout.add("", false);
        layout.add("last.", true);
        return plan;
    }

    /** A value of every token that is computed, in order. */
    private LongStream eachToken(TokenValue value) {
        return sequences.stream()
                .flatMapToLong(sequence -> IntStream.range(0, sequence.length()).mapToLong(i -> value.of(sequence, i)));
    }

    /** A value of a sequence's own token. */
    private interface TokenValue {
        long of(Sequence sequence, int i);
    }

    private void imagePlaces(NDManager manager, Map<String, NDArray> plan) {
        var places = LongStream.builder();
        var rows = LongStream.builder();
        for (var sequence : sequences) {
            if (!sequence.isRow()) {
                continue;
            }
            int seen = 0;
            for (int i = 0; i < sequence.prompt.length(); i++) {
                if (sequence.prompt.id(i) == imageToken) {
                    places.add(sequence.start + i);
                    rows.add(sequence.firstFeature + seen++);
                }
            }
            if (seen != sequence.prompt.imageTokens()) {
                throw new IllegalArgumentException("a prompt has %d image tokens and its images %d features"
                        .formatted(seen, sequence.prompt.imageTokens()));
            }
        }
        plan.put("image.places", longs(manager, places.build()));
        plan.put("image.rows", longs(manager, rows.build()));
    }

    private static NDArray longs(NDManager manager, LongStream values) {
        return manager.create(values.toArray());
    }

    /** Which tokens meet in attention. */
    private final class AttentionLayout {
        private final NDManager manager;
        private final Map<String, NDArray> plan;

        AttentionLayout(NDManager manager, Map<String, NDArray> plan) {
            this.manager = manager;
            this.plan = plan;
        }

        /**
         * Adds both groups of one layer kind.
         *
         * @param scoredOnly whether queries are only the tokens that predict a completion token
         */
        void add(String layer, boolean scoredOnly) {
            var queries = scoredOnly ? new ScoredTokens() : null;
            // Number of each query token within the layer's query matrix.
            int[] number = queries == null ? IntStream.range(0, tokens).toArray() : queries.number;
            int count = queries == null ? tokens : queries.tokens.length;
            long[] unpack = new long[count];
            int offset = group(layer + "rows", true, number, unpack, 0, scoredOnly);
            group(layer + "branches", false, number, unpack, offset, scoredOnly);
            plan.put(layer + "unpack", manager.create(unpack));
            if (queries != null) {
                plan.put("last.tokens", manager.create(queries.tokens));
                plan.put("scored", manager.create(queries.scored));
                plan.put("targets", manager.create(queries.targets));
            }
        }

        /** One group; returns the number of attention results after it. */
        private int group(String name, boolean rows, int[] number, long[] unpack, int offset, boolean limited) {
            var members = sequences.stream().filter(s -> s.isRow() == rows).toList();
            if (members.isEmpty()) {
                return offset;
            }
            var queryTokens = members.stream()
                    .map(s -> IntStream.range(s.start, s.start + s.length())
                            .filter(t -> number[t] >= 0)
                            .toArray())
                    .toList();
            int width = Math.max(
                    1, queryTokens.stream().mapToInt(q -> q.length).max().orElse(1));
            int reach =
                    members.stream().mapToInt(s -> s.shared + s.length()).max().orElse(1);
            long[] queries = new long[Math.multiplyExact(members.size(), width)];
            long[] limits = new long[members.size() * width];
            long[] keys = new long[members.size() * reach];
            for (int m = 0; m < members.size(); m++) {
                var member = members.get(m);
                for (int i = 0; i < queryTokens.get(m).length; i++) {
                    int token = queryTokens.get(m)[i];
                    queries[m * width + i] = number[token];
                    limits[m * width + i] = (long) member.shared + token - member.start;
                    unpack[number[token]] = offset + (long) m * width + i;
                }
                for (int i = 0; i < member.shared + member.length(); i++) {
                    keys[m * reach + i] =
                            i < member.shared ? sequences.get(member.row).start + i : member.start + i - member.shared;
                }
            }
            plan.put(name + ".queries", manager.create(queries, new Shape(members.size(), width)));
            plan.put(name + ".keys", manager.create(keys, new Shape(members.size(), reach)));
            if (limited || !rows) {
                plan.put(name + ".limits", manager.create(limits, new Shape(members.size(), width)));
            }
            return offset + members.size() * width;
        }
    }

    /** The tokens whose last-layer state predicts a completion token. Two completions may share the first of them. */
    private final class ScoredTokens {
        final int[] number = new int[PackedBatch.this.tokens];
        final long[] tokens;
        final long[] scored;
        final long[] targets;

        ScoredTokens() {
            int total = sequences.stream().mapToInt(s -> s.completion.length).sum();
            int[] predictor = new int[total];
            targets = new long[total];
            int n = 0;
            Arrays.fill(number, -1);
            for (var sequence : sequences) {
                for (int i = 0; i < sequence.completion.length; i++) {
                    int before = sequence.ownPrompt() + i - 1;
                    predictor[n] = before >= 0
                            ? sequence.start + before
                            : sequences.get(sequence.row).start + sequence.shared - 1;
                    number[predictor[n]] = 0;
                    targets[n++] = sequence.completion[i];
                }
            }
            int next = 0;
            for (int t = 0; t < number.length; t++) {
                if (number[t] == 0) {
                    number[t] = next++;
                }
            }
            tokens = IntStream.range(0, number.length)
                    .filter(t -> number[t] >= 0)
                    .asLongStream()
                    .toArray();
            scored = IntStream.of(predictor).mapToLong(t -> number[t]).toArray();
        }
    }
}

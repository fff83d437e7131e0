package io.mdpo.scorer.family;

import java.util.stream.LongStream;

/**
 * A prompt as the language model reads it: token ids and the position of each. A completion's tokens go on at
 * {@link #next}. The arrays are shared, not copied, and never written after creation.
 */
public final class Prompt {
    private final long[] ids;
    private final long[][] positions;
    private final int imageTokens;
    private final long next;

    /**
     * @param ids tokens
     * @param positions (axes, tokens): one axis, or time, height and width
     * @param imageTokens how many of the ids stand for image features
     * @param next position of the first token after the prompt, on every axis
     */
    public Prompt(long[] ids, long[][] positions, int imageTokens, long next) {
        this.ids = ids;
        this.positions = positions;
        this.imageTokens = imageTokens;
        this.next = next;
    }

    /** A prompt whose tokens are numbered from 0. */
    public static Prompt consecutive(long[] ids, int imageTokens) {
        return new Prompt(ids, new long[][] {LongStream.range(0, ids.length).toArray()}, imageTokens, ids.length);
    }

    public int length() {
        return ids.length;
    }

    public long id(int token) {
        return ids[token];
    }

    /** The ids; do not change them. */
    public long[] ids() {
        return ids;
    }

    /** Number of position axes. */
    public int axes() {
        return positions.length;
    }

    /** Position of a token of the prompt, or of a completion that follows it. */
    public long position(int axis, int token) {
        return token < ids.length ? positions[axis][token] : next + token - ids.length;
    }

    /** Number of feature rows that the prompt takes. */
    public int imageTokens() {
        return imageTokens;
    }

    /** Position of the first token after the prompt. */
    public long next() {
        return next;
    }
}

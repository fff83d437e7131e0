package io.mdpo.lab.experiment;

/**
 * A stream of pairs.
 *
 * @param strength share of the shortcut's pairs whose rejected answer carries the phrase; no meaning for the grounded stream
 * @param pairs how many
 * @param seed decides their order and their samples
 */
record StreamSpec(StreamKind kind, double strength, int pairs, long seed) {
    String id() {
        var name = kind == StreamKind.GROUNDED ? kind.id() : "%s-%03d".formatted(kind.id(), Math.round(100 * strength));
        return "%s-%d-seed%d".formatted(name, pairs, seed);
    }
}

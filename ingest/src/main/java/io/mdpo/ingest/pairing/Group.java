package io.mdpo.ingest.pairing;

/**
 * The thumbs that wait for one content.
 *
 * @param due when the oldest has waited long enough, in milliseconds since the epoch; {@link Life#NEVER} without any
 */
record Group(int thumbs, long bytes, long due) {
    static final Group NONE = new Group(0, 0, Life.NEVER);
    static final JsonSerde<Group> SERDE = new JsonSerde<>(Group.class);

    Group with(long size, long itsDue) {
        return new Group(thumbs + 1, bytes + size, due == NONE.due ? itsDue : Math.min(due, itsDue));
    }
}

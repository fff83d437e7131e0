package io.mdpo.lifecycle;

/** Where a service stands. */
public enum State {
    /** Made and not started. */
    NEW,
    /** Loads its model, restores what was committed, or waits for its first share of the input. */
    STARTING,
    /** Has its share of the input and works. */
    RUNNING,
    /** Has lost its share of the input and waits for another. */
    WAITING,
    /** Was told to end, and finishes what it has in hand. */
    STOPPING,
    /** Has ended in order. */
    STOPPED,
    /** Has ended with an exception; what was committed stands, and a restart goes on from there. */
    FAILED;

    boolean mayBecome(State next) {
        return switch (this) {
            case NEW -> next == STARTING || next == STOPPED;
            case STARTING, WAITING -> next == RUNNING || next == STOPPING || next == FAILED;
            case RUNNING -> next == WAITING || next == STOPPING || next == FAILED;
            case STOPPING -> next == STOPPED || next == FAILED;
            case STOPPED, FAILED -> false;
        };
    }

    /** Whether nothing follows. */
    public boolean isEnd() {
        return this == STOPPED || this == FAILED;
    }
}

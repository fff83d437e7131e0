package io.mdpo.lab.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that everything can be said at once. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    public void add(Place place, String message) {
        found.add(new Problem(place, message));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Ends the reading if something is wrong.
     *
     * @throws BenchmarkFileException something was found
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new BenchmarkFileException(found);
        }
    }
}

package io.mdpo.lab.benchmark;

/** One thing that is wrong with a benchmark's files. */
public record Problem(Place place, String message) {
    @Override
    public String toString() {
        return place + ": " + message;
    }
}

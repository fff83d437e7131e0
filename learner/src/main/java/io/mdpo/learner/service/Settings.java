package io.mdpo.learner.service;

/** Checks of settings. */
final class Settings {
    private Settings() {}

    /** Throws {@link IllegalArgumentException} with the sentence if the condition does not hold. */
    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    static void requirePositive(String setting, double value) {
        require(value > 0 && Double.isFinite(value), setting + " is " + value + "; it has to be above 0");
    }

    static void requireNotNegative(String setting, double value) {
        require(value >= 0 && Double.isFinite(value), setting + " is " + value + "; it has to be 0 or more");
    }
}

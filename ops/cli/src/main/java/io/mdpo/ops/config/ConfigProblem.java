package io.mdpo.ops.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param where file and line, or the command line
 * @param message key and sentence
 */
public record ConfigProblem(String where, String message) {
    @Override
    public String toString() {
        return where + ": " + message;
    }
}

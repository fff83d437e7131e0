package io.mdpo.scorer.family;

/** A model directory cannot be used; the message names the file, what is wrong with it and what to do. */
public final class ModelFormatException extends RuntimeException {
    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

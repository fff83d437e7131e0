package io.mdpo.scorer.family;

import io.mdpo.operator.OperatorException;

/** A model directory cannot be used; the message names the file, what is wrong with it and what to do. */
public final class ModelFormatException extends OperatorException {
    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

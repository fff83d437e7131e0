package io.mdpo.lab.benchmark.mmhal;

import io.mdpo.operator.OperatorException;

/** The judge cannot be reached or refuses to work. The message says what to do; there is no cause, which might show a key. */
public final class JudgeException extends OperatorException {
    private static final long serialVersionUID = 1;

    JudgeException(String message) {
        super(message);
    }
}

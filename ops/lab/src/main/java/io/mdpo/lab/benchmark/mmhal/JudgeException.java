package io.mdpo.lab.benchmark.mmhal;

/** The judge cannot be reached or refuses to work. The message says what to do; there is no cause, which might show a key. */
public final class JudgeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    JudgeException(String message) {
        super(message);
    }
}

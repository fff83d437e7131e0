package io.mdpo.schemas;

import io.mdpo.operator.OutageException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one pair goes through between its bytes and its gradient. Decoders, templates, tokenizers and the numerical engine
 * meet what somebody made up, and any of them may throw anything: whatever it is, a stack or a heap that was not enough
 * among it, it is first of all this pair's fault. {@link FailuresInARow} tells when it is not.
 */
public final class PairGuard {
    private static final String OURS = "io.mdpo.";

    private PairGuard() {}

    /**
     * Does the work, or answers with what becomes of a pair that fails. An {@link OutageException} is no pair's fault and goes
     * on.
     *
     * @param refused makes the answer of a sentence, which names the exception and its place but nothing of the pair: a
     *     message may quote what it is about
     */
    public static <T> T guard(Supplier<T> work, Function<String, T> refused) {
        try {
            return work.get();
        } catch (OutageException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return refused.apply(sentence(e));
        }
    }

    private static String sentence(Throwable failure) {
        for (var frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith(OURS)) {
                return "the pair failed: %s in %s.%s, line %d"
                        .formatted(
                                failure.getClass().getName(),
                                frame.getClassName(),
                                frame.getMethodName(),
                                frame.getLineNumber());
            }
        }
        return "the pair failed: " + failure.getClass().getName();
    }
}

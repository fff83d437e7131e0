package io.mdpo.ingest.outcome;

import io.mdpo.schemas.PairGuard;
import io.mdpo.schemas.RejectionReason;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a check says of a value: it goes on, perhaps changed, or it is refused with a reason. */
public sealed interface Outcome<T> {
    record Accepted<T>(T value) implements Outcome<T> {}

    record Refused<T>(Rejection rejection) implements Outcome<T> {}

    static <T> Outcome<T> accepted(T value) {
        return new Accepted<>(value);
    }

    static <T> Outcome<T> refused(RejectionReason reason, String message) {
        return new Refused<>(new Rejection(reason, message));
    }

    /** What a check says, or that it failed in a way that nobody foresaw. */
    static <T> Outcome<T> guarded(Supplier<Outcome<T>> check) {
        return PairGuard.guard(check, sentence -> refused(RejectionReason.UNPREPARABLE_PAIR, sentence));
    }

    /** Goes on with the next check, unless this one refused. */
    default <U> Outcome<U> then(Function<? super T, Outcome<U>> next) {
        if (this instanceof Refused<T> refused) {
            return new Refused<>(refused.rejection());
        }
        return next.apply(((Accepted<T>) this).value());
    }

    default Optional<T> toOptional() {
        return this instanceof Accepted<T> accepted ? Optional.of(accepted.value()) : Optional.empty();
    }
}

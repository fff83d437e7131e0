package io.mdpo.ingest;

import io.mdpo.schemas.RejectionReason;
import java.util.Optional;
import java.util.function.Function;

/** What a check says of a value: it goes on, perhaps changed, or it is refused with a reason. */
sealed interface Outcome<T> {
    record Accepted<T>(T value) implements Outcome<T> {}

    record Refused<T>(Rejection rejection) implements Outcome<T> {}

    static <T> Outcome<T> accepted(T value) {
        return new Accepted<>(value);
    }

    static <T> Outcome<T> refused(RejectionReason reason, String message) {
        return new Refused<>(new Rejection(reason, message));
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

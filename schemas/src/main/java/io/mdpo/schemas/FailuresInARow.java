package io.mdpo.schemas;

import io.mdpo.operator.OperatorException;
import io.mdpo.operator.SettingException;
import java.util.Optional;

/**
 * Counts pairs that failed. One is the pair's own fault; many in a row are the machine's, and then a service
 * that went on would throw the stream away. Not thread-safe.
 */
public final class FailuresInARow {
    /** So many strange pairs do not come one after the other by chance; refusing them in vain costs little. */
    public static final int DEFAULT_MOST = 100;

    private final int most;
    private int count;

    /** A count that ends with the last of so many failures. */
    public FailuresInARow(int most) {
        SettingException.require(
                most > 0,
                "max-failures-in-a-row",
                "is " + most + "; it has to be at least 1, and is " + DEFAULT_MOST + " by default");
        this.most = most;
    }

    /**
     * Takes note of what became of the next pair.
     *
     * @param refused the reason for which it was refused; empty for one that goes on
     * @param message why, a sentence
     * @throws TooManyFailuresException this was one too many
     */
    public void count(Optional<RejectionReason> refused, String message) {
        boolean failed = refused.filter(reason -> reason == RejectionReason.UNPREPARABLE_PAIR)
                .isPresent();
        count = failed ? count + 1 : 0;
        if (count == most) {
            throw new TooManyFailuresException(count, message);
        }
    }

    /** So many pairs in a row failed that the fault is not the pairs'. */
    public static final class TooManyFailuresException extends OperatorException {
        private static final long serialVersionUID = 1;

        private TooManyFailuresException(int count, String last) {
            super(
                    ("%d pairs in a row failed, and so many are the service's fault and not theirs; the last: %s. No offset "
                                    + "moved past the batch in hand: correct the cause and start again, or raise max-failures-in-a-row to "
                                    + "refuse such pairs")
                            .formatted(count, last));
        }
    }
}

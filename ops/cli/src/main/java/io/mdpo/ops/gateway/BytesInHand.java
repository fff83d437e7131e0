package io.mdpo.ops.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bodies that are read or wait for their commit, all together. */
final class BytesInHand {
    private final long most;
    private final AtomicLong inHand = new AtomicLong();

    BytesInHand(long most) {
        this.most = most;
    }

    /** @throws Problem.ProblemException there is no room */
    void take(long bytes) {
        if (inHand.addAndGet(bytes) > most) {
            giveBack(bytes);
            throw Problem.unavailable("too many bytes wait to be committed: send the same request again")
                    .exception();
        }
    }

    void giveBack(long bytes) {
        inHand.addAndGet(-bytes);
    }
}

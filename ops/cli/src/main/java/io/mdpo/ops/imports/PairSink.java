package io.mdpo.ops.imports;

import io.mdpo.ops.imports.rows.Place;
import java.util.Optional;

/** Where encoded pairs go. */
public interface PairSink {
    /** Checks a pair through and through, and sends it nowhere. */
    PairSink NOWHERE = new PairSink() {
        @Override
        public void send(byte[] key, byte[] value, Place place) {
            // Nothing is sent.
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public Optional<Place> firstUnacknowledged() {
            return Optional.empty();
        }
    };

    /** Takes a pair; waits while as many bytes are under way as may be. */
    void send(byte[] key, byte[] value, Place place);

    /** Returns when every pair is acknowledged. */
    void flush();

    /** The row of the first pair that is not acknowledged. */
    Optional<Place> firstUnacknowledged();
}

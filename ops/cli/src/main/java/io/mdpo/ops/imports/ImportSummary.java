package io.mdpo.ops.imports;

import io.mdpo.schemas.RejectionReason;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an import did.
 *
 * @param rows rows read
 * @param pairs pairs that they gave and that were sent, or would have been
 * @param withoutPair sound rows that prefer nothing, such as four answers with one rating
 * @param refused rows, and pairs of rows, that were refused, by reason
 * @param next the first row that was not read, if the import was stopped before its end
 */
public record ImportSummary(
        long rows, long pairs, long withoutPair, Map<RejectionReason, Long> refused, Optional<Position> next) {
    public ImportSummary {
        refused = Map.copyOf(refused);
    }

    /** Number of refused rows and pairs of rows. */
    public long refusals() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The refusals in a fixed order. */
    public Map<RejectionReason, Long> refusedByName() {
        return new TreeMap<>(refused);
    }
}

package io.mdpo.scorer.service;

import io.mdpo.schemas.avro.PreferencePair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model failed on a batch for a reason that is no pair's fault. No offset has moved. */
public final class ScoringFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScoringFailedException(List<PreferencePair> pairs, @Nullable Throwable cause) {
        super(
                "scoring failed on a batch of %d pairs, the first of which is %s; no offset was moved, "
                                .formatted(pairs.size(), pairs.get(0).getPairId())
                        + "so a restart tries the same pairs again",
                cause);
    }
}

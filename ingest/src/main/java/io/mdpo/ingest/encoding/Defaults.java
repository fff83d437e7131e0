package io.mdpo.ingest.encoding;

import java.time.Instant;
import java.util.Optional;

/**
 * What holds for an interaction or a feedback in JSON that does not say so itself.
 *
 * @param interactionId the record key, where there is one
 */
public record Defaults(Optional<String> interactionId, String source, Instant createdAt) {}

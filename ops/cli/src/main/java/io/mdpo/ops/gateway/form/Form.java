package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.MisfitException;

/** One way to write interactions and feedback. */
@FunctionalInterface
public interface Form {
    /**
     * The events of a request, which may be none.
     *
     * @throws MisfitException the body is not of this form, or cannot be mapped
     */
    Reading read(Submission submission);
}

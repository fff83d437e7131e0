package io.mdpo.kafka;

import io.mdpo.operator.OperatorException;

/** Another instance took over this one's transactional id. What this instance had open is rolled back; it must stop. */
public final class FencedException extends OperatorException {
    private static final long serialVersionUID = 1;

    public FencedException(String transactionalId, Throwable cause) {
        super(
                "another instance started with the transactional id %s and fenced this one; run one instance of it, "
                                .formatted(transactionalId)
                        + "or give each its own transactional id",
                cause);
    }
}

package io.mdpo.ops.gateway.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where events go. */
@FunctionalInterface
public interface EventSink {
    /**
     * Hands the events of a request in, which are committed together or not at all.
     *
     * @return completes when they are committed, and exceptionally with {@link UnavailableException}
     */
    CompletableFuture<Receipt> offer(List<Event> events);
}

package io.mdpo.lifecycle;

import io.mdpo.lifecycle.Lifecycle.Work;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Services that work together in one process, each on a thread of its own. When one fails, whoever waits for another
 * learns of it. One thread starts and closes them; {@link #state} is for all.
 */
public final class ServiceGroup implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Map<String, Member> members = Collections.synchronizedMap(new LinkedHashMap<>());

    private record Member(Optional<Service> service, CompletableFuture<Void> end) {}

    /** Starts a service. */
    public void start(String name, Service service) {
        start(name, service, service::run);
    }

    /** Starts a service by another of its methods than {@link Service#run}. */
    public void start(String name, Service service, Work<?> work) {
        members.put(name, new Member(Optional.of(service), inThread(name, work)));
    }

    /** Starts other work, which ends by itself. */
    public void start(String name, Work<?> work) {
        members.put(name, new Member(Optional.empty(), inThread(name, work)));
    }

    /** Runs work on a daemon thread; the result completes when the work returns, and with what it throws. */
    public static CompletableFuture<Void> inThread(String name, Work<?> work) {
        var end = new CompletableFuture<Void>();
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                        end.complete(null);
                    } catch (Exception | Error e) {
                        end.completeExceptionally(e);
                    }
                },
                "mdpo-" + name);
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    /** {@code FAILED} when one member has; {@code RUNNING} when every service is; else that of the first that is not. */
    public State state() {
        if (members.values().stream().anyMatch(member -> member.end().isCompletedExceptionally())) {
            return State.FAILED;
        }
        return members.values().stream()
                .map(Member::service)
                .flatMap(Optional::stream)
                .map(service -> service.lifecycle().state())
                .filter(state -> state != State.RUNNING)
                .findFirst()
                .orElse(State.RUNNING);
    }

    /**
     * Waits for the end of one member, calling {@code meanwhile} every now and then.
     *
     * @throws IllegalStateException a member failed; the message names it and the cause says why
     */
    public void await(String name, Runnable meanwhile) throws InterruptedException {
        var end = Objects.requireNonNull(members.get(name)).end();
        while (!ended(end, LOOK_EVERY)) {
            throwFailure();
            meanwhile.run();
        }
        meanwhile.run();
        throwFailure();
    }

    /**
     * Tells of a member that failed.
     *
     * @throws IllegalStateException a member failed; the message names it and the cause says why
     */
    public void throwFailure() {
        members.forEach((name, member) -> {
            if (member.end().isCompletedExceptionally()) {
                var cause = member.end().handle((nothing, failure) -> failure).join();
                throw new IllegalStateException("%s failed: %s".formatted(name, cause.getMessage()), cause);
            }
        });
    }

    /**
     * Ends the services in the order in which they were started, and waits for all members; failures count as ends.
     *
     * @throws IllegalStateException one still works after {@link Service#LONGEST_CLOSE}
     */
    @Override
    public void close() {
        members.values().stream().map(Member::service).flatMap(Optional::stream).forEach(Service::close);
        members.forEach((name, member) -> {
            if (!endedUninterruptibly(member.end())) {
                throw new IllegalStateException(name + " has not ended within " + Service.LONGEST_CLOSE);
            }
        });
    }

    private static boolean endedUninterruptibly(CompletableFuture<Void> end) {
        try {
            return ended(end, Service.LONGEST_CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return end.isDone();
        }
    }

    private static boolean ended(CompletableFuture<Void> end, Duration bound) throws InterruptedException {
        try {
            end.get(bound.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}

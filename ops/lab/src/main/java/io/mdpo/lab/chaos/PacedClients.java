package io.mdpo.lab.chaos;

import io.mdpo.lifecycle.ServiceGroup;
import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that send one feedback a request, at a steady rate whatever comes back, each until it is acknowledged. Some hear
 * nothing of their first attempt, because they wait for a moment only, and send again at once.
 */
final class PacedClients {
    private static final int THREADS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(3);

    /** Of so many clients one is impatient. */
    private static final int IMPATIENT = 20;

    private static final int AGAIN_MILLIS = 200;

    private final URI feedback;
    private final int events;
    private final double perSecond;
    private final long deadlineNanos;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final long[] latencies;
    private final long seed;

    /**
     * Clients that have not begun.
     *
     * @param seed decides who is impatient
     * @param bound longest time for all of it
     */
    PacedClients(URI feedback, int events, double perSecond, long seed, Duration bound) {
        this.feedback = feedback;
        this.events = events;
        this.perSecond = perSecond;
        this.seed = seed;
        this.deadlineNanos = System.nanoTime() + bound.toNanos();
        this.latencies = new long[events];
    }

    /** The id of one event. */
    static String id(int event) {
        return "f-" + event;
    }

    /** Sends everything; completes when all are acknowledged, and exceptionally when the time is over. */
    CompletableFuture<Void> start() {
        long start = System.nanoTime();
        var threads = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(ServiceGroup.inThread("client-" + i, () -> work(start)));
        }
        return CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new));
    }

    private void work(long start) throws InterruptedException {
        for (int event = next.getAndIncrement(); event < events; event = next.getAndIncrement()) {
            long due = start + (long) (event / perSecond * 1e9);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            send(event);
            latencies[event] = System.nanoTime() - due;
            acknowledged.incrementAndGet();
        }
    }

    private void send(int event) throws InterruptedException {
        boolean impatient = new SplittableRandom(seed + event).nextInt(IMPATIENT) == 0;
        while (!attempt(event, impatient ? MOMENT : PATIENCE)) {
            if (System.nanoTime() > deadlineNanos) {
                throw new OperatorException("%s was not acknowledged in time".formatted(id(event)));
            }
            if (!impatient) {
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            }
            impatient = false;
        }
    }

    private boolean attempt(int event, Duration patience) throws InterruptedException {
        attempts.incrementAndGet();
        var request = HttpRequest.newBuilder(feedback)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"id\": \"%s\", \"interactionId\": \"i-%d\", \"rater\": \"r-%d\", \"thumb\": {\"answer\": \"a\", \"up\": %s}}"
                                .formatted(id(event), event / 3, event % 97, event % 2 == 0)))
                .build();
        try {
            var response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() == 200 && response.body().contains("\"repeated\":1")) {
                repeated.incrementAndGet();
            }
            if (response.statusCode() != 200 && response.statusCode() != 503) {
                throw new OperatorException(
                        "the gateway answered %d: %s".formatted(response.statusCode(), response.body()));
            }
            return response.statusCode() == 200;
        } catch (IOException e) {
            return false; // no answer: killed, or the client did not wait
        }
    }

    int acknowledged() {
        return acknowledged.get();
    }

    long attempts() {
        return attempts.get();
    }

    /** Answers that said that the event was there already. */
    long repeated() {
        return repeated.get();
    }

    /** Milliseconds from when an event was due to its acknowledgement, below which these shares of all events lie. */
    List<Double> latencyMillis(List<Double> shares) {
        var sorted = latencies.clone();
        Arrays.sort(sorted);
        return shares.stream()
                .map(share -> sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))] / 1e6)
                .toList();
    }
}

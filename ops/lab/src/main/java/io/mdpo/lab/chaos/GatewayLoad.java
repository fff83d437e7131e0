package io.mdpo.lab.chaos;

import io.mdpo.lab.demo.CommittedTopic;
import io.mdpo.ops.Progress;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Feedback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Feedback for the gateway at a steady rate, while gateway and broker are killed; every acknowledged event has to be there once. */
final class GatewayLoad {
    private static final Map<String, Double> SHARES = shares();
    private static final Duration BEYOND = Duration.ofMinutes(3);
    private static final int LOOK_EVERY_MILLIS = 200;

    private final int perSecond;
    private final int seconds;
    private final int kills;
    private final long seed;

    /** @param seed decides victims, moments and impatient clients */
    GatewayLoad(int perSecond, int seconds, int kills, long seed) {
        this.perSecond = perSecond;
        this.seconds = seconds;
        this.kills = kills;
        this.seed = seed;
    }

    private static Map<String, Double> shares() {
        var shares = new LinkedHashMap<String, Double>();
        shares.put("p50", 0.5);
        shares.put("p90", 0.9);
        shares.put("p95", 0.95);
        shares.put("p99", 0.99);
        shares.put("max", 1.0);
        return shares;
    }

    /** @param directory empty or new; takes data and logs */
    GatewayReport run(Path directory) throws InterruptedException, ExecutionException {
        try (var processes = new GatewayProcesses(directory)) {
            AwaitedTopics.create(processes.kafka(), processes::keepUp);
            processes.startGateway();
            var clients = new PacedClients(
                    processes.feedback(),
                    perSecond * seconds,
                    perSecond,
                    seed,
                    Duration.ofSeconds(seconds).plus(BEYOND));
            long start = System.nanoTime();
            var killed = killMeanwhile(processes, clients);
            double took = (System.nanoTime() - start) / 1e9;
            return report(processes, clients, killed, took);
        }
    }

    private Map<String, Integer> killMeanwhile(GatewayProcesses processes, PacedClients clients)
            throws InterruptedException, ExecutionException {
        var killed = new TreeMap<String, Integer>();
        processes.children().forEach(child -> killed.put(child.name(), 0));
        var moments = moments();
        long start = System.nanoTime();
        var sending = clients.start();
        int done = 0;
        try (var progress = Progress.start("acknowledged", (long) perSecond * seconds)) {
            while (true) {
                double elapsed = (System.nanoTime() - start) / 1e9;
                if (done < kills && elapsed > moments.get(done)) {
                    // Each of them in turn, so that a few kills meet both.
                    var victim = processes
                            .children()
                            .get((done + 1) % processes.children().size());
                    victim.kill();
                    killed.merge(victim.name(), 1, Integer::sum);
                    done++;
                }
                processes.keepUp();
                progress.update(clients.acknowledged());
                try {
                    sending.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                    return killed;
                } catch (TimeoutException e) {
                    // goes on
                }
            }
        }
    }

    /** Seconds from the start, one in each of as many equal parts of the time. */
    private List<Double> moments() {
        var random = new SplittableRandom(seed);
        return IntStream.range(0, kills)
                .mapToObj(kill -> (kill + random.nextDouble()) * seconds / kills)
                .toList();
    }

    private GatewayReport report(
            GatewayProcesses processes, PacedClients clients, Map<String, Integer> killed, double took) {
        var counts = new HashMap<String, Integer>();
        var serde = AvroSerde.of(Feedback.class);
        long inTopic = new CommittedTopic(processes.kafka(), Topic.FEEDBACK)
                .forEach(record -> counts.merge(serde.decode(record.value()).getFeedbackId(), 1, Integer::sum));
        int events = perSecond * seconds;
        long lost = IntStream.range(0, events)
                .filter(event -> !counts.containsKey(PacedClients.id(event)))
                .count();
        var ownEnds = new TreeMap<String, Integer>();
        processes.children().forEach(child -> ownEnds.put(child.name(), child.ownEnds()));
        var latencies = new LinkedHashMap<String, Double>();
        var millis = clients.latencyMillis(List.copyOf(SHARES.values()));
        SHARES.keySet().forEach(share -> latencies.put(share, rounded(millis.get(latencies.size()))));
        return new GatewayReport(
                events,
                clients.acknowledged(),
                clients.attempts(),
                clients.repeated(),
                inTopic,
                lost,
                inTopic - counts.size(),
                killed,
                ownEnds,
                rounded(took),
                rounded(clients.acknowledged() / took),
                latencies);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}

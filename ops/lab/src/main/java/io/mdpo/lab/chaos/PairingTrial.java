package io.mdpo.lab.chaos;

import io.mdpo.kafka.CommittedReader;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.lab.feedback.FeedbackEvent;
import io.mdpo.lab.feedback.FeedbackStream;
import io.mdpo.lab.feedback.FeedbackWaits;
import io.mdpo.lab.feedback.Paired;
import io.mdpo.lab.feedback.PlainPairing;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.Progress;
import io.mdpo.ops.broker.TopicCatalogue;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A made-up product's feedback through pairing while it is killed; what comes out has to be what a plain program says. */
public final class PairingTrial {
    private static final int SHORTEST_PAUSE_MILLIS = 500;
    private static final int LONGEST_PAUSE_MILLIS = 8_000;
    private static final int LOOK_AGAIN_MILLIS = 500;
    private static final Duration BROKER_UP_WITHIN = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final FeedbackWaits WAITS = FeedbackWaits.TRIAL;

    /** So long ago that everything has ended when time goes on to now, and not so long that a topic would drop it. */
    private static final Duration AGO = Duration.ofDays(16);

    private final int events;
    private final int kills;
    private final long seed;
    private long residentMegabytes;

    /**
     * A trial.
     *
     * @param events feedback records
     * @param seed decides records and moments
     */
    public PairingTrial(int events, int kills, long seed) {
        this.events = events;
        this.kills = kills;
        this.seed = seed;
    }

    private record Actual(List<Paired> pairs, List<String> outcomes) {}

    /**
     * Runs it.
     *
     * @param directory empty or new; takes data and logs
     */
    public PairingReport run(Path directory) throws ExecutionException, InterruptedException {
        long begin = System.nanoTime();
        var stream = FeedbackStream.of(WAITS, Instant.now().minus(AGO), events, seed, seed);
        var expected = PlainPairing.of(WAITS, stream);
        try (var processes = new PairingProcesses(directory, WAITS)) {
            createTopics(processes);
            var pairing = processes.startPairing();
            try {
                send(processes, pairing, stream);
                awaitOutcomes(processes, pairing, expected.outcomes().size());
            } finally {
                pairing.stop();
            }
            return report(begin, stream, expected, read(processes), pairing);
        }
    }

    private PairingReport report(
            long begin, List<FeedbackEvent> stream, PlainPairing.Result expected, Actual actual, Child pairing) {
        var outcomes = expected.outcomes().entrySet().stream()
                .map(outcome -> outcome.getKey() + " " + outcome.getValue())
                .toList();
        return new PairingReport(
                kills,
                pairing.ownEnds(),
                stream.size(),
                expected.outcomes().size(),
                expected.pairs().size(),
                expected.outcomes().values().stream()
                        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting())),
                lacking(expected.pairs(), actual.pairs) + lacking(outcomes, actual.outcomes),
                lacking(actual.pairs, expected.pairs()) + lacking(actual.outcomes, outcomes),
                surplus(actual.pairs) + surplus(actual.outcomes),
                residentMegabytes,
                Math.round((System.nanoTime() - begin) / 1e8) / 10.0);
    }

    private static <T> long lacking(List<T> these, List<T> those) {
        var known = Map.copyOf(those.stream().collect(Collectors.toMap(Function.identity(), one -> 1, Integer::sum)));
        return these.stream().filter(one -> !known.containsKey(one)).count();
    }

    private static <T> long surplus(List<T> all) {
        return all.size() - all.stream().distinct().count();
    }

    private static void createTopics(PairingProcesses processes) throws InterruptedException {
        var deadline = Instant.now().plus(BROKER_UP_WITHIN);
        try (var admin = Admin.create(Map.<String, Object>copyOf(processes.kafka()))) {
            var catalogue =
                    new TopicCatalogue(admin, Topic.DEFAULT_PREFIX, PairingProcesses.PARTITIONS, Optional.of(1));
            while (true) {
                try {
                    catalogue.create();
                    return;
                } catch (OperatorException e) {
                    if (Instant.now().isAfter(deadline)) {
                        throw e;
                    }
                    Thread.sleep(LOOK_AGAIN_MILLIS);
                }
            }
        }
    }

    /** Sends the records bit by bit, and kills meanwhile. */
    private void send(PairingProcesses processes, Child pairing, List<FeedbackEvent> stream)
            throws ExecutionException, InterruptedException {
        var records = new ArrayList<ProducerRecord<String, byte[]>>();
        stream.forEach(event -> records.add(new ProducerRecord<>(
                event.topic().name(Topic.DEFAULT_PREFIX), null, event.timestamp(), event.key(), event.value())));
        endOfTime(records);
        var random = new SplittableRandom(seed);
        try (var producer = new PacedProducer(processes.kafka(), records);
                var progress = Progress.start("killing", Math.max(1, kills))) {
            for (int kill = 1; kill <= kills; kill++) {
                producer.sendUpTo((double) kill / (kills + 1));
                Thread.sleep(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
                look(pairing);
                pairing.kill();
                progress.update(kill);
            }
            producer.finish();
        }
    }

    /** An interaction for each partition, long after all others, that moves its time past everything that waits. */
    private static void endOfTime(List<ProducerRecord<String, byte[]>> records) {
        var serde = AvroSerde.of(Interaction.class);
        var now = Instant.now();
        for (int partition = 0; partition < PairingProcesses.PARTITIONS; partition++) {
            var last = Interaction.newBuilder()
                    .setInteractionId("last-" + partition)
                    .setPrompt(List.of())
                    .setAnswers(List.of())
                    .setCreatedAt(now)
                    .build();
            records.add(new ProducerRecord<>(
                    Topic.INTERACTIONS.name(Topic.DEFAULT_PREFIX),
                    partition,
                    now.toEpochMilli(),
                    last.getInteractionId(),
                    serde.encode(last)));
        }
    }

    private void awaitOutcomes(PairingProcesses processes, Child pairing, long outcomes) throws InterruptedException {
        var deadline = Instant.now().plus(PATIENCE);
        long there = 0;
        try (var progress = Progress.start("pairing", outcomes)) {
            while (there < outcomes) {
                if (Instant.now().isAfter(deadline)) {
                    throw new OperatorException("after %s %d of %d feedbacks have ended; see the logs"
                            .formatted(PATIENCE, there, outcomes));
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
                look(pairing);
                there = count(processes, Topic.FEEDBACK_OUTCOMES);
                progress.update(Math.min(there, outcomes));
            }
        }
    }

    private void look(Child pairing) {
        pairing.keepUp();
        residentMegabytes = Math.max(residentMegabytes, pairing.residentMegabytes());
    }

    private static long count(PairingProcesses processes, Topic topic) {
        var count = new long[1];
        try {
            read(processes, topic, record -> count[0]++);
        } catch (KafkaException e) {
            return 0; // The broker may be busy.
        }
        return count[0];
    }

    private static Actual read(PairingProcesses processes) {
        var actual = new Actual(new ArrayList<>(), new ArrayList<>());
        var pairSerde = AvroSerde.of(PreferencePair.class);
        var outcomeSerde = AvroSerde.of(FeedbackOutcome.class);
        read(processes, Topic.RAW_PAIRS, record -> actual.pairs.add(Paired.of(pairSerde.decode(record.value()))));
        read(processes, Topic.FEEDBACK_OUTCOMES, record -> {
            var outcome = outcomeSerde.decode(record.value());
            actual.outcomes.add(outcome.getFeedbackId() + " " + outcome.getOutcome());
        });
        return actual;
    }

    /** Every committed record of a topic. */
    private static void read(PairingProcesses processes, Topic topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (var consumer = new KafkaClients(processes.kafka()).consumer(Map.of())) {
            var reader = new CommittedReader(consumer);
            var starts = new HashMap<TopicPartition, Long>();
            reader.partitions(topic.name(Topic.DEFAULT_PREFIX)).forEach(partition -> starts.put(partition, 0L));
            reader.seek(starts);
            reader.read(record -> {
                each.accept(record);
                return true;
            });
        }
    }
}

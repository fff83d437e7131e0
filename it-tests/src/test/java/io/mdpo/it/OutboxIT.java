package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mdpo.ingest.pairing.PairingConfig;
import io.mdpo.ingest.pairing.PairingService;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.ScoredPair;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of {@code ops/docs/outbox.md}: PostgreSQL, a stock Kafka Connect worker, no code of ours between. */
class OutboxIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PAIRS = 2 * StandInPipeline.BATCH;

    @TempDir
    private Path dir;

    @Test
    void whatIsCommittedIsLearnedOnceAndWhatIsRolledBackNever() throws Exception {
        try (var database = PostgresServer.start(Files.createDirectory(dir.resolve("postgres")));
                var broker = TestBroker.start(dir.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 2);
                var pipeline = new StandInPipeline(
                        fixture, dir.resolve("ingest"), new ConstantScorer(), new ArithmeticTrainer())) {
            setUp(database);
            var pairing = new PairingService(pairingConfig(fixture), new SimpleMeterRegistry());
            var paired = Background.start(pairing::run);
            var worker = new ConnectWorker(
                    Files.createDirectory(dir.resolve("worker")),
                    broker.bootstrapServers(),
                    connection(fixture, database));
            try (var product = database.connect("mdpo", "product")) {
                for (int i = 0; i < PAIRS; i++) {
                    write(product, i, i % 3 == 1);
                    if (i == PAIRS / 2) {
                        awaitRecords(fixture, worker, 1);
                        worker.kill();
                    }
                    if (i == PAIRS / 2 + 2) {
                        worker.restart();
                    }
                }
                pipeline.awaitRead(PAIRS);
            } finally {
                worker.kill();
                pairing.close();
            }
            paired.join();

            var serde = AvroSerde.of(ScoredPair.class);
            assertThat(fixture.read(Topic.SCORED_PAIRS))
                    .extracting(record -> serde.decode(record.value()).getPair())
                    .allSatisfy(pair -> assertThat(pair.getChosen()).isEqualTo("A dog."))
                    .flatExtracting(pair -> pair.getProvenance().getFeedback())
                    .containsExactlyInAnyOrderElementsOf(committed());
        }
    }

    private static List<String> committed() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < PAIRS; i++) {
            ids.add("f-" + i);
        }
        return ids;
    }

    private static void setUp(PostgresServer database) throws SQLException {
        database.execute(
                "postgres",
                "postgres",
                "CREATE ROLE mdpo LOGIN REPLICATION PASSWORD 'mdpo'",
                "CREATE DATABASE product OWNER mdpo");
        database.script("mdpo", "product", Path.of(System.getProperty("mdpo.home"), "connect/outbox/outbox.sql"));
    }

    private static Map<String, String> connection(KafkaFixture fixture, PostgresServer database) {
        return Map.of(
                "database.hostname",
                "127.0.0.1",
                "database.port",
                Integer.toString(database.port()),
                "transforms.outbox.route.topic.replacement",
                fixture.prefix + ".${routedByValue}");
    }

    private PairingConfig pairingConfig(KafkaFixture fixture) {
        return PairingConfig.defaults()
                .withTopicPrefix(fixture.prefix)
                .withApplicationId(fixture.prefix + "-pairing")
                .withKafka(fixture.kafka)
                .withSettle(Duration.ofSeconds(1))
                .withLateness(Duration.ofSeconds(1))
                .withStateDir(dir.resolve("pairing"));
    }

    /** An interaction and the vote on it, each in its transaction; if asked, with a vote before that is rolled back. */
    private static void write(Connection product, int number, boolean rolledBackBefore) throws SQLException {
        var interaction =
                """
                {"id": "i-%d", "prompt": "What is this?", "images": ["data:image/png;base64,%s"],
                 "answers": [{"id": "a", "text": "A cat."}, {"id": "b", "text": "A dog."}]}\
                """.formatted(number, Base64.getEncoder().encodeToString(TinyImages.noise("png", 6, 4, number)));
        insert(product, "interactions", number, interaction);
        product.commit();
        if (rolledBackBefore) {
            insert(product, "feedback", number, vote("rolled-back-" + number, number, "a", "b"));
            product.rollback();
        }
        insert(product, "feedback", number, vote("f-" + number, number, "b", "a"));
        try (var delete = product.prepareStatement("DELETE FROM mdpo_outbox WHERE aggregatetype = 'feedback'")) {
            delete.executeUpdate();
        }
        product.commit();
    }

    private static String vote(String id, int number, String chosen, String rejected) {
        return """
                {"id": "%s", "interactionId": "i-%d", "rater": "u", "preferred": {"chosen": "%s", "rejected": "%s"}}\
                """.formatted(id, number, chosen, rejected);
    }

    private static void insert(Connection product, String type, int number, String payload) throws SQLException {
        try (var insert = product.prepareStatement(
                "INSERT INTO mdpo_outbox (aggregatetype, aggregateid, payload) VALUES (?, ?, ?::jsonb)")) {
            insert.setString(1, type);
            insert.setString(2, "i-" + number);
            insert.setString(3, payload);
            insert.executeUpdate();
        }
    }

    private static void awaitRecords(KafkaFixture fixture, ConnectWorker worker, int records) {
        await().atMost(PATIENCE)
                .failFast(() -> assertThat(worker.isAlive()).as(worker.log()).isTrue())
                .until(() -> fixture.read(Topic.FEEDBACK).size() >= records);
    }
}

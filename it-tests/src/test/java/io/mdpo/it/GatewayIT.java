package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mdpo.kafka.FencedException;
import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.lifecycle.ServiceGroup;
import io.mdpo.lifecycle.State;
import io.mdpo.ops.gateway.GatewayConfig;
import io.mdpo.ops.gateway.GatewayService;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway on a broker: what is acknowledged is in its topic, once. */
@Timeout(180)
class GatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String INTERACTION = """
            {"id": "i-1", "prompt": "What is this?", "images": ["data:image/png;base64,AQID"],
             "answers": [{"id": "a", "text": "A cat."}, {"id": "b", "text": "A dog."}]}""";

    @TempDir
    private Path temp;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void eventsAreInTheirTopicsOnceAndUnderTheInteractionsId() throws Exception {
        try (var broker = TestBroker.start(temp.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 3);
                var gateway = new Running(fixture, UnaryOperator.identity())) {
            assertThat(gateway.post("interactions", INTERACTION)).contains("\"accepted\":1");
            assertThat(gateway.post("feedback", "[%s, %s, %s]".formatted(feedback(1), feedback(2), feedback(1))))
                    .contains("\"accepted\":2,\"repeated\":1");
            assertThat(gateway.post("feedback", feedback(2))).contains("\"accepted\":0,\"repeated\":1");
            assertThat(gateway.post("interactions", INTERACTION)).contains("\"accepted\":0,\"repeated\":1");

            var interactions = fixture.read(Topic.INTERACTIONS);
            assertThat(interactions).extracting(KafkaFixture::key).containsExactly("i-1");
            assertThat(AvroSerde.of(Interaction.class)
                            .decode(interactions.get(0).value())
                            .getAnswers())
                    .hasSize(2);
            var feedback = fixture.read(Topic.FEEDBACK);
            assertThat(feedback).extracting(KafkaFixture::key).containsOnly("i-1");
            assertThat(ids(feedback)).containsExactlyInAnyOrder("f-1", "f-2");
            assertThat(feedback)
                    .extracting(ConsumerRecord::partition)
                    .containsOnly(interactions.get(0).partition());
        }
    }

    @Test
    void aGatewayThatStartsKnowsWhatTheOneBeforeCommittedAndFencesIt() throws Exception {
        try (var broker = TestBroker.start(temp.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1);
                var first = new Running(fixture, UnaryOperator.identity())) {
            first.post("feedback", "[%s, %s]".formatted(feedback(1), feedback(2)));
            try (var second = new Running(fixture, UnaryOperator.identity())) {
                assertThat(second.post("feedback", "[%s, %s]".formatted(feedback(2), feedback(3))))
                        .contains("\"accepted\":1,\"repeated\":1");

                assertThat(first.send("feedback", feedback(4)).statusCode()).isEqualTo(503);
                assertThat(first.end)
                        .failsWithin(PATIENCE)
                        .withThrowableThat()
                        .withCauseInstanceOf(FencedException.class);
                assertThat(second.post("feedback", feedback(4))).contains("\"accepted\":1");
                assertThat(ids(fixture.read(Topic.FEEDBACK))).containsExactlyInAnyOrder("f-1", "f-2", "f-3", "f-4");
            }
        }
    }

    @Test
    void onlySoManyIdsAreRememberedTheNewestOfThem() throws Exception {
        try (var broker = TestBroker.start(temp.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            try (var first = new Running(fixture, config -> config.withRememberedIds(2))) {
                for (int i = 1; i <= 3; i++) {
                    first.post("feedback", feedback(i));
                }
            }
            try (var second = new Running(fixture, config -> config.withRememberedIds(2))) {
                assertThat(second.post("feedback", "[%s, %s]".formatted(feedback(2), feedback(3))))
                        .contains("\"accepted\":0,\"repeated\":2");
                assertThat(second.post("feedback", feedback(1))).contains("\"accepted\":1");
            }
        }
    }

    @Test
    void whileTheBrokerIsAwayClientsAreToldToComeAgainAndNothingIsLost() throws Exception {
        var data = temp.resolve("broker");
        var broker = EmbeddedBroker.start(data, 0, Map.of());
        int port = URI.create("kafka://" + broker.bootstrapServers()).getPort();
        try (var fixture = new KafkaFixture(broker.bootstrapServers(), 1);
                var gateway = new Running(fixture, config -> config.withCommitTimeout(Duration.ofSeconds(2))
                        .withKafka(fixture.kafkaWith("max.block.ms", "2000")))) {
            gateway.post("feedback", feedback(1));
            broker.close();

            var refused = gateway.send("feedback", feedback(2));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            await().atMost(PATIENCE).until(() -> gateway.service.lifecycle().state() == State.WAITING);
            assertThat(gateway.send("feedback", feedback(2)).statusCode()).isEqualTo(503);

            broker = EmbeddedBroker.start(data, port, Map.of());
            await().atMost(PATIENCE)
                    .until(() -> gateway.send("feedback", feedback(2)).statusCode() == 200);
            assertThat(gateway.post("feedback", "[%s, %s, %s]".formatted(feedback(1), feedback(2), feedback(3))))
                    .contains("\"accepted\":1,\"repeated\":2");
            assertThat(ids(fixture.read(Topic.FEEDBACK))).containsExactlyInAnyOrder("f-1", "f-2", "f-3");
        } finally {
            broker.close();
        }
    }

    private static String feedback(int number) {
        return "{\"id\": \"f-%d\", \"interactionId\": \"i-1\", \"rater\": \"r\", \"thumb\": {\"answer\": \"a\", \"up\": true}}"
                .formatted(number);
    }

    private static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
        var serde = AvroSerde.of(Feedback.class);
        return records.stream()
                .map(record -> serde.decode(record.value()).getFeedbackId())
                .toList();
    }

    /** A gateway on a thread of its own. */
    private final class Running implements AutoCloseable {
        private final GatewayService service;
        private final CompletableFuture<Void> end;
        private final URI address;

        Running(KafkaFixture fixture, UnaryOperator<GatewayConfig> change) throws Exception {
            service = new GatewayService(
                    change.apply(GatewayConfig.defaults()
                            .with(config ->
                                    config.port(0).topicPrefix(fixture.prefix).kafka(fixture.kafka))),
                    new SimpleMeterRegistry());
            end = ServiceGroup.inThread("gateway", service::run);
            address = service.address().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(service.lifecycle().awaitStarted(PATIENCE)).isTrue();
        }

        HttpResponse<String> send(String what, String body) throws Exception {
            return client.send(
                    HttpRequest.newBuilder(address.resolve("/v1/" + what))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }

        /** The answer to what has to be taken. */
        String post(String what, String body) throws Exception {
            var response = send(what, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }

        @Override
        public void close() {
            service.close();
        }
    }
}

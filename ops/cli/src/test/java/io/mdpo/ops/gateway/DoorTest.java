package io.mdpo.ops.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.gateway.log.Event;
import io.mdpo.ops.gateway.log.EventSink;
import io.mdpo.ops.gateway.log.Receipt;
import io.mdpo.ops.gateway.log.UnavailableException;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.Feedback;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP side alone, each response held against the description. What is committed is what the stand-in log says. */
class DoorTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String FEEDBACK = "/v1/feedback";
    private static final String INTERACTIONS = "/v1/interactions";
    private static final Map<String, String> QUESTIONS =
            Map.of("x.kind", "thumb", "x.answer", "a", "x.up", "yes", "x.down", "no");

    private final OpenApi description = openApi();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Event> committed = new CopyOnWriteArrayList<>();
    private final List<GatewayServer> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(GatewayServer::close);
    }

    @Test
    void theDescriptionIsServedToEverybody() throws Exception {
        var server = start(config -> config.withCredentials(Map.of("shop", TOKEN)));

        var response = send(server, "/openapi.json", HttpRequest.newBuilder());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OpenApi.MAPPER.readTree(response.body())).isEqualTo(description.document());
        description.check("/openapi.json", "GET", response);
    }

    @ParameterizedTest
    @ValueSource(strings = {INTERACTIONS, FEEDBACK})
    void examplesAreTakenOneByOneAndInBatches(String path) throws Exception {
        var server = start(UnaryOperator.identity());
        var example = description.example(path);

        var one = post(server, path, example.toString());
        var two = post(server, path, "[%s, %s]".formatted(example, example));

        assertThat(one.body()).isEqualTo("{\"accepted\":1,\"repeated\":0,\"refused\":0}");
        assertThat(two.body()).isEqualTo("{\"accepted\":2,\"repeated\":0,\"refused\":0}");
        assertThat(committed).hasSize(3);
        description.check(path, "POST", one);
    }

    @Test
    void headersOfTracesAndCloudEventsGoOnToTheRecord() throws Exception {
        var server = start(UnaryOperator.identity());
        var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        var response = send(
                server,
                FEEDBACK,
                json(description.example(FEEDBACK).toString())
                        .header("traceparent", trace)
                        .header("ce-id", "e-1")
                        .header("other", "x"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(committed)
                .singleElement()
                .extracting(Event::headers)
                .isEqualTo(Map.of("traceparent", trace, "ce_id", "e-1"));
    }

    /** Each request differs in a few values, its method, path, type or token from one that is taken. */
    @Test
    void whateverIsSentTheAnswerIsOneThatIsDescribed() throws Exception {
        var server = start(config -> config.withCredentials(Map.of("shop", TOKEN))
                .withArgilla(new ArgillaConfig(
                        Optional.of("whsec_AAAA"), Duration.ofMinutes(5), "interaction_id", QUESTIONS))
                .withLabelStudio(new LabelStudioConfig("interaction_id", QUESTIONS))
                .withEventsPerSecond(1_000_000));
        var mutations = new Mutations(new Random(3));
        var paths = new ArrayList<String>();
        description.document().path("paths").fieldNames().forEachRemaining(paths::add);
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            var path = paths.get(i % paths.size());
            JsonNode body = description.example(i % 2 == 0 ? INTERACTIONS : FEEDBACK);
            if (path.equals(INTERACTIONS) || path.equals(FEEDBACK)) {
                body = description.example(path);
            }
            body = mutations.of(body);
            var request = HttpRequest.newBuilder();
            request.header("Content-Type", i % 11 == 0 ? "text/plain" : "application/json");
            if (i % 7 != 0) {
                request.header("Authorization", "Bearer " + TOKEN);
            }
            var method = i % 13 == 0 ? "PUT" : path.equals("/openapi.json") ? "GET" : "POST";
            request.method(method, BodyPublishers.ofString(i % 17 == 0 ? body + "}" : body.toString()));
            var response = send(server, path, request);

            if (!method.equals("PUT")) {
                description.check(path, method, response);
            }
            boolean accepted = response.statusCode() == 200;
            if (accepted && (path.equals(INTERACTIONS) || path.equals(FEEDBACK))) {
                assertThat(description.allows(path, body))
                        .as("taken and not described: %s", body)
                        .isTrue();
                taken++;
            } else if (response.statusCode() == 422) {
                refused++;
            }
        }
        assertThat(taken).isGreaterThan(30);
        assertThat(refused).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 401",
        "'Bearer 0123456789abcdeX', 401",
        "'Basic 0123456789abcdef', 401",
        "'Bearer 0123456789abcdef', 200"
    })
    void aTokenIsAskedForWhereThereIsOne(String header, int status) throws Exception {
        var server = start(config -> config.withCredentials(Map.of("other", "f".repeat(20), "shop", TOKEN)));
        var request = json(description.example(FEEDBACK).toString());
        if (!header.isEmpty()) {
            request.header("Authorization", header);
        }

        var response = send(server, FEEDBACK, request);

        assertThat(response.statusCode()).isEqualTo(status);
        description.check(FEEDBACK, "POST", response);
        assertThat(committed).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void theNameOfTheTokenIsTheSource() throws Exception {
        var server = start(config -> config.withCredentials(Map.of("shop", TOKEN)));
        send(
                server,
                FEEDBACK,
                json(description.example(FEEDBACK).toString()).header("Authorization", "Bearer " + TOKEN));

        assertThat(committed).singleElement().satisfies(event -> {
            var bytes = new byte[event.size()];
            event.value().duplicate().get(bytes);
            assertThat(AvroSerde.of(Feedback.class).decode(bytes).getSource()).isEqualTo("shop");
        });
    }

    @Test
    void whatIsTooLargeIsRefusedWhetherItsLengthIsToldOrNot() throws Exception {
        var server =
                start(config -> config.withMaxBodyBytes(1_000).withMaxBatch(2).withMaxImageBytes(4));
        var example = description.example(FEEDBACK).toString();

        var told = post(server, FEEDBACK, " ".repeat(1_001) + example);
        var chunked = send(
                server,
                FEEDBACK,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(" ".repeat(1_001) + example))));
        var batch = post(server, FEEDBACK, "[%s,%s,%s]".formatted(example, example, example));
        var nested = post(server, FEEDBACK, "[".repeat(200) + "]".repeat(200));
        var image = post(server, INTERACTIONS, description.example(INTERACTIONS).toString());

        assertThat(List.of(told, chunked)).extracting(HttpResponse::statusCode).containsOnly(413);
        assertThat(List.of(batch, image)).extracting(HttpResponse::statusCode).containsOnly(422);
        assertThat(nested.statusCode()).isEqualTo(400);
        assertThat(committed).isEmpty();
        for (var response : List.of(told, chunked, batch, nested)) {
            description.check(FEEDBACK, "POST", response);
        }
    }

    @Test
    void whoSendsTooMuchIsToldWhenToComeAgain() throws Exception {
        var server = start(config -> config.withEventsPerSecond(1).withMaxBatch(10));
        var example = description.example(FEEDBACK);
        var batch = "[%s]".formatted(String.join(",", Collections.nCopies(10, example.toString())));

        assertThat(post(server, FEEDBACK, batch).statusCode()).isEqualTo(200);
        var second = post(server, FEEDBACK, batch);

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 11L);
        description.check(FEEDBACK, "POST", second);
        assertThat(committed).hasSize(10);
    }

    @Test
    void whenNothingCanBeCommittedTheClientIsToldToComeAgain() throws Exception {
        var example = description.example(FEEDBACK).toString();
        var commit = new CompletableFuture<Receipt>();
        var away = start(
                UnaryOperator.identity(), events -> CompletableFuture.failedFuture(new UnavailableException("away")));
        var slow =
                start(config -> config.withCommitTimeout(Duration.ofMillis(50)), events -> new CompletableFuture<>());
        var full = start(
                config -> config.withMaxBodyBytes(example.length())
                        .withMaxBytesInHand(example.length())
                        .withCommitTimeout(Duration.ofMinutes(1)),
                events -> commit);
        var waiting = client.sendAsync(
                json(example).uri(URI.create(full.address() + FEEDBACK)).build(), BodyHandlers.ofString());

        var responses = new ArrayList<>(List.of(post(away, FEEDBACK, example), post(slow, FEEDBACK, example)));
        HttpResponse<String> third;
        do {
            third = post(full, "/v1/interactions", "{}");
        } while (third.statusCode() != 503);
        responses.add(third);

        for (var response : responses) {
            assertThat(response.statusCode()).isEqualTo(503);
            description.check(FEEDBACK, "POST", response);
        }
        assertThat(waiting).isNotDone();
        commit.complete(new Receipt(1, 0));
        assertThat(waiting).succeedsWithin(Duration.ofMinutes(1)).matches(late -> late.statusCode() == 200);
    }

    @Test
    void aWebhookIsTakenWithItsSignatureAlone() throws Exception {
        var server = start(config -> config.withCredentials(Map.of("shop", TOKEN))
                .withArgilla(new ArgillaConfig(
                        Optional.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        Duration.ofDays(100_000),
                        "interaction_id",
                        QUESTIONS)));
        var signed = json("{\"test\": 2432232314}")
                .header("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
                .header("webhook-timestamp", "1614265330");

        var good = send(
                server,
                "/v1/webhooks/argilla",
                signed.copy().header("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        var bad = send(
                server,
                "/v1/webhooks/argilla",
                signed.copy().header("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA="));

        assertThat(good.statusCode()).as("signed, and no event: " + good.body()).isEqualTo(422);
        assertThat(bad.statusCode()).isEqualTo(401);
        description.check("/v1/webhooks/argilla", "POST", good);
        description.check("/v1/webhooks/argilla", "POST", bad);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/webhooks/argilla", "/v1/webhooks/label-studio", "/", "/v1/feedback/"})
    void whatIsNotConfiguredIsNotServed(String path) throws Exception {
        var response = post(start(UnaryOperator.identity()), path, "{}");

        assertThat(response.statusCode()).isEqualTo(404);
        if (path.contains("webhooks")) {
            description.check(path, "POST", response);
        }
    }

    @Test
    void aPortInUseIsAnOperatorsErrorThatNamesTheSetting() {
        var server = start(UnaryOperator.identity());

        assertThatThrownBy(
                        () -> start(config -> config.withPort(server.address().getPort())))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("gateway.port");
    }

    private GatewayServer start(UnaryOperator<GatewayConfig> change) {
        return start(change, events -> {
            committed.addAll(events);
            return CompletableFuture.completedFuture(new Receipt(events.size(), 0));
        });
    }

    private GatewayServer start(UnaryOperator<GatewayConfig> change, EventSink sink) {
        var config = change.apply(GatewayConfig.defaults().withPort(0));
        var door = new Door(config, Routes.of(config), GatewayService.openApi(), sink, InstantSource.system());
        var server = GatewayServer.start(config, door, new SimpleMeterRegistry());
        servers.add(server);
        return server;
    }

    private HttpResponse<String> post(GatewayServer server, String path, String body) throws Exception {
        return send(server, path, json(body));
    }

    private static HttpRequest.Builder json(String body) {
        return HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(GatewayServer server, String path, HttpRequest.Builder request) throws Exception {
        return client.send(request.uri(URI.create(server.address() + path)).build(), BodyHandlers.ofString());
    }

    private static OpenApi openApi() {
        try {
            return new OpenApi(GatewayService.openApi());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

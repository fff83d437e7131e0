package io.mdpo.lab.benchmark.mmhal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real server that speaks as much of OpenAI's protocol as a judge needs. */
@Timeout(30)
class HttpJudgeTest {
    private static final String KEY = "sk-secret-7";

    private final Queue<Reply> replies = new ArrayDeque<>();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;

    private record Reply(int status, String body, Optional<String> retryAfter) {}

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void thePromptIsSentToTheModelWithTheKeyAndItsTextComesBack() {
        reply(200, completion("No hallucination.\nRating: 5"));
        var judge = HttpJudge.of(
                Map.of(HttpJudge.URL_VARIABLE, address() + "/", HttpJudge.KEY_VARIABLE, KEY + "\n"), "gpt-x");
        assertThat(judge.review("How good is \"this\"?")).isEqualTo("No hallucination.\nRating: 5");
        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.path("model").asText()).isEqualTo("gpt-x");
            assertThat(request.path("temperature").asInt(-1)).isZero();
            assertThat(request.path("messages").path(0).path("role").asText()).isEqualTo("user");
            assertThat(request.path("messages").path(0).path("content").asText())
                    .isEqualTo("How good is \"this\"?");
        });
        assertThat(authorizations).containsExactly("Bearer " + KEY);
    }

    @Test
    void aServerWithoutKeysIsAskedWithoutOne() {
        reply(200, completion("Rating: 1"));
        HttpJudge.of(Map.of(HttpJudge.URL_VARIABLE, address() + "/chat/completions"), "m")
                .review("q");
        assertThat(authorizations).containsExactly("none");
    }

    @Test
    void aBusyAndABrokenServerAreAskedAgain() {
        reply(429, "{}");
        reply(503, "");
        reply(200, completion("Rating: 3"));
        assertThat(judge(Duration.ofMillis(5)).review("q")).isEqualTo("Rating: 3");
        assertThat(requests).hasSize(3);
    }

    /** The judge's own pause would outlast the test. */
    @Test
    void retryAfterGoesBeforeTheJudgesOwnPause() {
        replies.add(new Reply(429, "{}", Optional.of("0")));
        reply(200, completion("Rating: 3"));
        assertThat(judge(Duration.ofSeconds(29)).review("q")).isEqualTo("Rating: 3");
    }

    @Test
    void aServerThatStaysBrokenIsGivenUp() {
        for (int i = 0; i < 6; i++) {
            reply(500, "out of memory");
        }
        assertThatThrownBy(() -> judge(Duration.ofMillis(2)).review("q"))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining("answered with status 500 6 times: out of memory");
        assertThat(requests).hasSize(6);
    }

    @Test
    void aRefusalIsReportedAtOnceAndNeverWithTheKey() {
        reply(401, "{\"error\": {\"message\": \"Incorrect API key provided: " + KEY + ".\"}}");
        assertThatThrownBy(() -> judge(Duration.ofMillis(5)).review("q"))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining("status 401")
                .hasMessageContaining("Incorrect API key provided: ***.")
                .hasNoCause()
                .message()
                .doesNotContain(KEY);
        assertThat(requests).hasSize(1);
    }

    @Test
    void somethingOtherThanACompletionIsReported() {
        reply(200, "<html>Welcome</html>");
        reply(200, "{\"choices\": []}");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> judge(Duration.ofMillis(5)).review("q"))
                    .isInstanceOf(JudgeException.class)
                    .hasMessageContaining("something other than a chat completion");
        }
    }

    @Test
    void aServerThatIsNotThereIsReportedWithItsAddress() {
        server.stop(0);
        assertThatThrownBy(() -> judge(Duration.ofMillis(2)).review("q"))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining(
                        "the judge at http://127.0.0.1:" + server.getAddress().getPort())
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void theEnvironmentIsCheckedWithoutShowingTheKey() {
        assertThatThrownBy(() -> HttpJudge.of(Map.of(), "m"))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining("set MDPO_JUDGE_URL");
        assertThatThrownBy(() -> HttpJudge.of(Map.of(HttpJudge.URL_VARIABLE, "localhost:8000"), "m"))
                .hasMessageContaining("MDPO_JUDGE_URL is no http or https address");
        assertThatThrownBy(() -> HttpJudge.of(
                        Map.of(HttpJudge.URL_VARIABLE, address(), HttpJudge.KEY_VARIABLE, "sk secret"), "m"))
                .hasMessageContaining("MDPO_JUDGE_KEY")
                .message()
                .doesNotContain("secret");
    }

    private HttpJudge judge(Duration pause) {
        return new HttpJudge(URI.create(address() + "/chat/completions"), Optional.of(KEY), "gpt-x", pause);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private void reply(int status, String body) {
        replies.add(new Reply(status, body, Optional.empty()));
    }

    private static String completion(String text) {
        var root = new ObjectMapper().createObjectNode().put("object", "chat.completion");
        root.putArray("choices")
                .addObject()
                .putObject("message")
                .put("role", "assistant")
                .put("content", text);
        return root.toString();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            authorizations.add(
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "none"));
            var reply = Objects.requireNonNull(replies.poll());
            reply.retryAfter()
                    .ifPresent(seconds -> exchange.getResponseHeaders().set("Retry-After", seconds));
            var body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a first user sees: a short quickstart in a process of its own, which goes on until it is stopped. */
@Timeout(400)
class QuickstartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A line of the log, as {@code logback.xml} writes it. */
    private static final Pattern LOGGED = Pattern.compile("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} .*");

    @TempDir
    private Path temp;

    @Test
    void nothingButItsOwnWordsIsOnTheScreenAndTheGaugesAreThoseOfTheLearnerThatRuns() throws Exception {
        int port = freePort();
        try (var quickstart = MdpoProcess.start(
                List.of(),
                List.of(
                        "-Xmx1g",
                        "-Dmdpo.home=" + Path.of("../ops").toAbsolutePath().normalize(),
                        "-Dlogback.configurationFile="
                                + Path.of("../ops/cli/src/main/resources/logback.xml")
                                        .toAbsolutePath()
                                        .normalize()),
                Map.of(),
                temp.resolve("output"),
                "quickstart",
                "--pairs=64",
                "--keep-running",
                "--http-port=" + port)) {
            await().atMost(PATIENCE)
                    .failFast("the quickstart ended", () -> !quickstart.isAlive())
                    .until(() -> quickstart.output().contains("the run goes on"));
            await().atMost(PATIENCE)
                    .failFast("the quickstart ended", () -> !quickstart.isAlive())
                    .untilAsserted(() -> assertThat(get(port, "/readyz")).isEqualTo("RUNNING\n"));
            assertThat(get(port, "/metrics")).containsPattern("(?m)^mdpo_learner_step 4\\.0$");

            quickstart.terminate();
            quickstart.await(PATIENCE);
            assertThat(quickstart.output()).contains("CHAIRi", "checkpoint step 4");
            assertThat(quickstart.output().lines().filter(line -> LOGGED.matcher(line)
                            .matches()))
                    .isEmpty();
            assertThat(quickstart.output()).doesNotContain("Exception", "SLF4J", "WARNING:");
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String get(int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .body();
    }
}

package io.mdpo.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ops.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    @Test
    void theLaboratorysCommandsStandBesideTheServices() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString())
                .contains("scorer", "broker", "chaos", "evaluate", "experiment", "pretrain", "quickstart");
        assertThat(execute("broker")).isEqualTo(2);
    }

    @Test
    void failureIsOneSentenceAndVerboseAddsTheStackTrace() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());
            assertThat(execute("broker", "--dir", dir.toString(), "--port", port))
                    .isEqualTo(1);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("cannot listen on 127.0.0.1:" + port);

            assertThat(execute("--verbose", "broker", "--dir", dir.toString(), "--port", port))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("\tat ");
        }
    }

    private int execute(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}

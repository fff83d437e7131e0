package io.mdpo.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpAndVersionSucceed() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("scorer", "topics", "config").doesNotContain("quickstart");
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).containsPattern("mdpo \\d+\\.\\d+\\.\\d+");
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(execute()).isEqualTo(2);
        assertThat(execute("--no-such-option")).isEqualTo(2);
        assertThat(execute("model", "benchmark", "x", "--picture=4k")).isEqualTo(2);
    }

    @Test
    void wrongConfigurationIsTwoAndSaysWhereWithoutAStackTrace() throws Exception {
        var file = Files.writeString(dir.resolve("mdpo.conf"), "\nhttp.prot = 1\ntopics.partitions = 0\n");
        assertThat(execute("config", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains(file + ":2: http.prot is not a known key: did you mean port?")
                .contains(file + ":3: topics.partitions is 0")
                .doesNotContain("\tat ");
    }

    @Test
    void configPrintsTheEffectiveConfiguration() {
        assertThat(execute(
                        "config",
                        "--set=http.port=0",
                        "--set=kafka.bootstrap.servers=a:1",
                        "--set",
                        "kafka.ssl.key.password=hunter2"))
                .isZero();
        assertThat(out.toString()).contains("http.port = 0").contains("\"***\"").doesNotContain("hunter2");
    }

    @Test
    void tokensAreNotPrintedWhateverTheirNames() {
        assertThat(execute(
                        "config",
                        "--set=gateway.credentials.shop=a-token-of-the-shop",
                        "--set=gateway.argilla.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "--set=gateway.argilla.questions.q.kind=edit",
                        "--set=gateway.argilla.questions.q.answer=a"))
                .isZero();
        assertThat(out.toString())
                .contains("gateway.credentials.\"shop\" = \"***\"")
                .contains("gateway.argilla.secret = \"***\"")
                .contains("gateway.argilla.questions.\"q.kind\" = \"edit\"")
                .doesNotContain("a-token", "MfKQ");
        assertThat(execute("config", "--set=gateway.credentials.shop=too-short"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("gateway.credentials.shop is too short")
                .doesNotContain("too-short");
    }

    private int execute(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}

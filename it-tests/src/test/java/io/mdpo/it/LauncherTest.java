package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher {@code ops/mdpo} on a project of empty files, with a Maven that counts and a Java that shows its jar. */
@Timeout(120)
class LauncherTest {
    @TempDir
    private Path root;

    private Path bin;

    @BeforeEach
    void project() throws IOException {
        for (var folder : List.of("ops/cli", "ops/lab", "schemas", "ingest", "scorer", "learner")) {
            write(folder + "/pom.xml", "");
            old(root.resolve(folder + "/pom.xml"));
        }
        for (var pom : List.of("pom.xml", "ops/pom.xml")) {
            write(pom, "");
            old(root.resolve(pom));
        }
        Files.copy(Path.of("../ops/mdpo"), root.resolve("ops/mdpo"));
        assertThat(root.resolve("ops/mdpo").toFile().setExecutable(true)).isTrue();
        bin = Files.createDirectories(root.resolve("bin"));
        for (var tool : List.of(
                "bash",
                "cat",
                "cp",
                "date",
                "dirname",
                "env",
                "find",
                "flock",
                "grep",
                "head",
                "ln",
                "mkdir",
                "mv",
                "readlink",
                "rm",
                "sed",
                "sleep",
                "tail",
                "touch")) {
            var found = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(bin.resolve(tool), Files.exists(found) ? found : Path.of("/bin", tool));
        }
        script("javac", "exit 0");
        // Says its version, and else what stands in the jar that follows -cp.
        script(
                "java",
                "[[ $1 != -version ]] || { echo 'openjdk version \"17.0.1\"' >&2; exit 0; }",
                "while [[ $1 != -cp ]]; do shift; done",
                "echo \"$(< \"$2\") $(< \"${2%/*}/lib/learner-1.jar\") $(< \"${2%/*}/lib/other.jar\")\"");
        script(
                "mvn",
                "echo build >> builds",
                "n=$(grep -c build builds)",
                "sleep 1",
                "mkdir -p ops/cli/target/lib ops/lab/target/lib",
                "echo \"cli $n\" > ops/cli/target/mdpo.jar",
                "echo \"lab $n\" > ops/lab/target/mdpo-lab.jar",
                "for lib in ops/cli/target/lib ops/lab/target/lib; do",
                "  echo \"own $n\" > $lib/learner-1.jar",
                "  [[ -f $lib/other.jar ]] || echo other > $lib/other.jar",
                "done");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalTerminalsBuildOnceAndTheOthersSayThatTheyWait(boolean withFlock) throws Exception {
        if (!withFlock) {
            Files.delete(bin.resolve("flock"));
        }
        var terminals = new ArrayList<Terminal>();
        for (int i = 0; i < 3; i++) {
            terminals.add(start(i, "learner"));
        }

        var said = new ArrayList<String>();
        for (var terminal : terminals) {
            said.add(terminal.end());
        }
        assertThat(said).allSatisfy(text -> assertThat(text).contains("cli 1 own 1 other"));
        assertThat(builds()).isEqualTo(1);
        assertThat(said.stream().filter(text -> text.contains("building, which")))
                .hasSize(1);
        assertThat(said.stream().filter(text -> text.contains("waiting for it")))
                .hasSize(2);
        assertThat(start(3, "quickstart").end()).isEqualTo("lab 1 own 1 other\n");
    }

    @Test
    void aNewBuildTakesNoJarFromTheOneBeforeIt() throws Exception {
        start(0, "learner").end();
        var first = Files.readString(root.resolve("ops/.built/current")).strip();

        write("learner/pom.xml", "changed");
        assertThat(start(1, "learner").end()).contains("cli 2 own 2 other");
        assertThat(root.resolve("ops/.built/" + first + "/cli/mdpo.jar")).hasContent("cli 1");
        assertThat(root.resolve("ops/.built/" + first + "/cli/lib/learner-1.jar"))
                .hasContent("own 1");

        write("learner/pom.xml", "changed again");
        assertThat(start(2, "learner").end()).contains("cli 3 own 3 other");
        assertThat(root.resolve("ops/.built/" + first))
                .as("two builds are kept")
                .doesNotExist();
    }

    @Test
    void afterABuildThatFailedTheNextOneTriesAgain() throws Exception {
        var maven = Files.readString(bin.resolve("mvn"));
        script("mvn", "echo '[ERROR] no network'", "exit 1");
        assertThat(start(0, "learner").end()).contains("[ERROR] no network", "the build failed");

        Files.writeString(bin.resolve("mvn"), maven);
        assertThat(start(1, "learner").end()).contains("cli 1 own 1 other");
    }

    private record Terminal(Process process, Path output) {
        String end() throws Exception {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return Files.readString(output);
        }
    }

    private Terminal start(int number, String command) throws IOException {
        var output = root.resolve("terminal-" + number);
        var builder = new ProcessBuilder(root.resolve("ops/mdpo").toString(), command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        return new Terminal(builder.start(), output);
    }

    private long builds() throws IOException {
        return Files.readAllLines(root.resolve("builds")).size();
    }

    private void write(String file, String text) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static void old(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
    }

    private void script(String name, String... lines) throws IOException {
        var file = bin.resolve(name);
        Files.writeString(file, "#!" + bin.resolve("bash") + "\n" + String.join("\n", lines) + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}

package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of a few megabytes in memory, which can be filled to its last byte. */
final class TinyDisk implements AutoCloseable {
    private final Path directory;
    private final Path filler;

    private TinyDisk(Path directory) {
        this.directory = directory;
        this.filler = directory.resolve("filler");
    }

    /** Mounts one. Skips the test where that is not allowed; in continuous integration, where CI is true, fails it. */
    static TinyDisk mount(Path directory, int megabytes) throws IOException {
        Files.createDirectories(directory);
        var refusal = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString());
        if (!refusal.isEmpty() && "true".equals(System.getenv("CI"))) {
            fail("this test mounts a file system, and CI is true: run it as root (%s)", refusal);
        }
        assumeTrue(refusal.isEmpty(), () -> "no file system can be mounted: " + refusal);
        return new TinyDisk(directory);
    }

    Path directory() {
        return directory;
    }

    void fill() throws IOException {
        var bytes = new byte[4096];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }

    void free() throws IOException {
        Files.delete(filler);
    }

    /** Also while somebody has files open there. */
    @Override
    public void close() throws IOException {
        assertThat(run("umount", "-l", directory.toString())).isEmpty();
    }

    /** Returns what the command complains of; nothing if it succeeded. */
    private static String run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        int exitCode = process.onExit().orTimeout(30, TimeUnit.SECONDS).join().exitValue();
        return exitCode == 0 ? "" : output + " (" + exitCode + ")";
    }
}

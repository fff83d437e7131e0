package io.mdpo.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mdpo.scorer.torch.Kernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adapter that a small run of the bundled model makes, against {@code kernels.properties}, which names the processors on
 * which each hash was seen. Kernels are a process's, so each run is one.
 *
 * <p>A change that alters log-probabilities, gradients, the demonstration's files or the optimizer renews the hashes: take
 * those that this test prints, and drop the names of the processors that have not computed the new ones.
 */
class KernelsHashTest {
    private static final Logger LOG = LoggerFactory.getLogger(KernelsHashTest.class);

    @Test
    void portableKernelsGiveTheCommittedHashOnThisProcessorToo() throws Exception {
        assumeTrue(Kernels.portableIfPossible() == Kernels.PORTABLE, "Linux on x86-64 with AVX2 only");

        var hash = run(Kernels.PORTABLE);

        LOG.info("portable kernels on {}: {}", processor(), hash);
        assertThat(hash).isEqualTo(known().getProperty("portable"));
    }

    /** What the processor's own kernels give is another on the next one, so nothing but their repetition can be asked for. */
    @Test
    void nativeKernelsGiveOneHashOnOneProcessor() throws Exception {
        var hash = run(Kernels.NATIVE);

        var seen = known().getProperty("native." + hash);
        LOG.info("native kernels on {}: {}, seen before on {}", processor(), hash, seen == null ? "none" : seen);
        assertThat(run(Kernels.NATIVE)).isEqualTo(hash);
    }

    private static Properties known() throws IOException {
        var known = new Properties();
        try (var in = KernelsHashTest.class.getResourceAsStream("kernels.properties")) {
            known.load(in);
        }
        return known;
    }

    private static String processor() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("an unknown processor");
        }
    }

    private static String run(Kernels kernels) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(List.of(
                        java,
                        "-Xmx512m",
                        "-Dai.djl.offline=true",
                        "-Djava.awt.headless=true",
                        "-Dmdpo.home=" + System.getProperty("mdpo.home"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KernelsRun.class.getName(),
                        kernels.name()))
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.lines()
                .filter(line -> line.startsWith("sha256 "))
                .map(line -> line.substring("sha256 ".length()))
                .findFirst()
                .orElseThrow();
    }
}

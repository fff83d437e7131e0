package io.mdpo.it;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A program that a test needs beside the JDK. */
final class RequiredTool {
    private RequiredTool() {}

    /** Skips the test where the tool is missing; in continuous integration, where CI is true, fails it. */
    static void require(String tool) {
        require(tool, "true".equals(System.getenv("CI")));
    }

    /** A Python with the libraries that the documents use; {@code MDPO_PYTHON} names it. */
    static String python() {
        return System.getenv().getOrDefault("MDPO_PYTHON", "python3");
    }

    /** {@link #require(String)} for {@link #python}. */
    static void requirePython() throws IOException, InterruptedException {
        boolean found;
        try {
            found = new ProcessBuilder(python(), "-c", "import confluent_kafka.schema_registry.avro, fastavro")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            found = false;
        }
        if (!found && "true".equals(System.getenv("CI"))) {
            fail(
                    "this test needs a Python with ops/ci/python-requirements.txt, and CI is true: MDPO_PYTHON names it, .ci/run does");
        }
        assumeTrue(found, "no Python with confluent-kafka and fastavro");
    }

    static void require(String tool, boolean continuousIntegration) {
        boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        if (!found && continuousIntegration) {
            fail("this test needs %s, which is not on the path, and CI is true: install it, .ci/run does", tool);
        }
        assumeTrue(found, () -> tool + " is not on the path");
    }
}

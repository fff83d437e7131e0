package io.mdpo.it;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
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

    static void require(String tool, boolean continuousIntegration) {
        boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        if (!found && continuousIntegration) {
            fail("this test needs %s, which is not on the path, and CI is true: install it, .ci/run does", tool);
        }
        assumeTrue(found, () -> tool + " is not on the path");
    }
}

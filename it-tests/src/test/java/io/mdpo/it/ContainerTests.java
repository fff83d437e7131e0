package io.mdpo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts the tests that ran to their end in classes whose broker was in a container, and writes the number where
 * continuous integration looks for it. JUnit finds this class by its name in META-INF/services.
 */
public final class ContainerTests implements TestExecutionListener {
    private static final Set<String> CLASSES = new HashSet<>();
    private static volatile String running = "";

    private final AtomicInteger count = new AtomicInteger();

    /** The class that runs now has its broker in a container. */
    static void use() {
        CLASSES.add(running);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        test.getSource()
                .filter(ClassSource.class::isInstance)
                .ifPresent(source -> running = ((ClassSource) source).getClassName());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()
                && result.getStatus() != TestExecutionResult.Status.ABORTED
                && test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .filter(source -> CLASSES.contains(((MethodSource) source).getClassName()))
                        .isPresent()) {
            count.incrementAndGet();
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        ContainerBroker.stopShared();
        var file = System.getProperty("mdpo.container.count");
        if (file != null) {
            try {
                Files.writeString(Path.of(file), Integer.toString(count.get()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

package io.mdpo.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Lifecycle life = new Lifecycle();

    @Test
    void eachStateHasTheFollowersThatAreDocumented() {
        var followers = Map.of(
                State.NEW, EnumSet.of(State.STARTING, State.STOPPED),
                State.STARTING, EnumSet.of(State.RUNNING, State.STOPPING, State.FAILED),
                State.RUNNING, EnumSet.of(State.WAITING, State.STOPPING, State.FAILED),
                State.WAITING, EnumSet.of(State.RUNNING, State.STOPPING, State.FAILED),
                State.STOPPING, EnumSet.of(State.STOPPED, State.FAILED),
                State.STOPPED, EnumSet.noneOf(State.class),
                State.FAILED, EnumSet.noneOf(State.class));

        for (var from : State.values()) {
            for (var to : State.values()) {
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo(Objects.requireNonNull(followers.get(from)).contains(to));
            }
        }
    }

    @Test
    void aServiceThatEndsByItselfHasStopped() {
        life.run(() -> {
            assertThat(life.state()).isEqualTo(State.STARTING);
            life.working(true);
            assertThat(life.state()).isEqualTo(State.RUNNING);
            life.working(false);
            assertThat(life.state()).isEqualTo(State.WAITING);
        });

        assertThat(life.state()).isEqualTo(State.STOPPED);
        assertThatIllegalStateException().isThrownBy(() -> life.run(() -> {})).withMessageContaining("runs once");
    }

    @Test
    void aServiceThatThrowsHasFailedAndThrowsTheSame() {
        var failure = new Exception("out of paper");

        assertThatThrownBy(() -> life.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(life.state()).isEqualTo(State.FAILED);
        assertThat(life.awaitStarted(PATIENCE)).isFalse();
    }

    @Test
    void aServiceThatIsStoppedBeforeItRunsDoesNothing() {
        assertThat(life.stop(PATIENCE)).isTrue();

        life.run(() -> {
            throw new AssertionError("it runs");
        });
        assertThat(life.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void stoppingWaitsNoLongerThanItsBound() throws Exception {
        var release = new CountDownLatch(1);
        var run = ServiceGroup.inThread(
                "stubborn",
                () -> life.run(() -> {
                    life.working(true);
                    release.await();
                }));
        assertThat(life.awaitStarted(PATIENCE)).isTrue();

        assertThat(life.stop(Duration.ofMillis(1))).isFalse();
        assertThat(life.state()).isEqualTo(State.STOPPING);
        assertThatThrownBy(() -> run.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        release.countDown();
        assertThat(life.stop(PATIENCE)).isTrue();
        assertThat(life.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aServiceThatIsToldToEndDoesNotRunAgain() {
        life.run(() -> {
            life.stop();
            life.working(true);
            assertThat(life.state()).isEqualTo(State.STOPPING);
            assertThat(life.isStopping()).isTrue();
            assertThat(life.stop(PATIENCE)).as("of itself").isTrue();
        });
    }

    @Test
    void whoeverWaitsForOneServiceLearnsThatAnotherFailed() {
        var patient = new Patient();
        try (var group = new ServiceGroup()) {
            group.start("patient", patient);
            group.start("hasty", () -> {
                throw new Exception("no time");
            });

            assertThatIllegalStateException()
                    .isThrownBy(() -> group.await("patient", () -> {}))
                    .withMessage("hasty failed: no time");
            assertThat(group.state()).isEqualTo(State.FAILED);
        }
        assertThat(patient.lifecycle().state()).isEqualTo(State.STOPPED);
    }

    /** Works until it is told to end. */
    private static final class Patient implements Service {
        private final Lifecycle life = new Lifecycle();

        @Override
        public Lifecycle lifecycle() {
            return life;
        }

        @Override
        public void run() throws InterruptedException {
            life.run(life::awaitStop);
        }
    }
}

package io.mdpo.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundedEndTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void workThatDoesNotEndIsLeftAloneAndNamed() {
        var executor = Executors.newSingleThreadExecutor();
        executor.execute(this::work);
        executor.shutdown();

        assertThatThrownBy(() -> BoundedEnd.of(executor, Duration.ofMillis(10), "the scoring of a batch"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the scoring of a batch has not ended within 0 s");

        release.countDown();
        BoundedEnd.of(executor, LONG, "the scoring of a batch");
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void aThreadThatIsInterruptedWaitsOnAndIsInterruptedAfterwards() throws InterruptedException {
        var executor = Executors.newSingleThreadExecutor();
        executor.execute(this::work);
        executor.shutdown();
        begun.await();
        Thread.currentThread().interrupt();
        var releasing = new Thread(release::countDown);
        releasing.start();

        BoundedEnd.of(executor, LONG, "work");

        assertThat(executor.isTerminated()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        releasing.join();
    }

    @Test
    void anEndThatDoesNotComeIsToldWithThePlaceWhereItStands() {
        assertThatThrownBy(() -> BoundedEnd.of(this::work, Duration.ofMillis(10), "the broker"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the broker has not ended within 0 s")
                .cause()
                .satisfies(where -> assertThat(where.getStackTrace()).isNotEmpty());
        release.countDown();
    }

    @Test
    void anEndThatFailsIsNoEnd() {
        Runnable failing = () -> {
            throw new IllegalArgumentException("no such log");
        };

        assertThatThrownBy(() -> BoundedEnd.of(failing, LONG, "the broker"))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("no such log");
    }

    private void work() {
        begun.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.mdpo.scorer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
    private static final List<Integer> PIECES = IntStream.range(0, 40).boxed().toList();

    @Test
    void resultsComeInOrderAlthoughTheFirstPieceIsTheLastToEnd() {
        var results = new ArrayList<Integer>();
        var others = new CountDownLatch(3);
        try (var workers = new Workers("test", 2, 1)) {
            workers.inOrder(
                    PIECES,
                    piece -> {
                        if (piece == 0) {
                            await(others);
                        }
                        others.countDown();
                        return 10 * piece;
                    },
                    results::add);
        }
        assertThat(results).isEqualTo(PIECES.stream().map(piece -> 10 * piece).toList());
    }

    @Test
    void atMostTwoResultsAWorkerExist() {
        var begun = new AtomicInteger();
        var handedOn = new AtomicInteger();
        var most = new AtomicInteger();
        try (var workers = new Workers("test", 3, 1)) {
            workers.inOrder(
                    PIECES,
                    piece -> most.accumulateAndGet(begun.incrementAndGet() - handedOn.get(), Math::max),
                    result -> handedOn.incrementAndGet());
        }
        // A piece that is being handed on is in hand, too.
        assertThat(most).hasValueBetween(2, 3 * 2 + 1);
    }

    @Test
    void piecesThatTogetherHaveTooManyTokensAreNotComputedAtOnce() {
        var tokens = new AtomicLong();
        var most = new AtomicLong();
        try (var workers = new Workers("test", 4, 100)) {
            workers.inOrder(
                    PIECES,
                    piece -> {
                        long own = piece % 5 == 0 ? 1000 : 40;
                        return workers.admitted(own, () -> {
                            most.accumulateAndGet(tokens.addAndGet(own), Math::max);
                            Thread.onSpinWait();
                            return tokens.addAndGet(-own);
                        });
                    },
                    result -> {});
        }
        assertThat(most).hasValue(1000); // Alone: 1040 were too many.
    }

    @Test
    void aFailureIsThrownWhenNoWorkerIsAtWorkAndNoFurtherPieceIsBegun() {
        var begun = new AtomicInteger();
        var atWork = new AtomicInteger();
        try (var workers = new Workers("test", 4, 1)) {
            assertThatThrownBy(() -> workers.inOrder(
                            PIECES,
                            piece -> {
                                begun.incrementAndGet();
                                atWork.incrementAndGet();
                                try {
                                    if (piece == 5) {
                                        throw new IllegalStateException("piece 5");
                                    }
                                    return piece;
                                } finally {
                                    Thread.onSpinWait();
                                    atWork.decrementAndGet();
                                }
                            },
                            result -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("piece 5");
            assertThat(atWork).hasValue(0);
            assertThat(begun).hasValueLessThanOrEqualTo(5 + 2 * 4);

            var after = new ArrayList<Integer>();
            workers.inOrder(PIECES, piece -> piece, after::add);
            assertThat(after).isEqualTo(PIECES);
        }
    }

    @Test
    void anErrorOfAPieceIsThrownAsItIs() {
        var failed = new AtomicBoolean();
        try (var workers = new Workers("test", 2, 1)) {
            assertThatThrownBy(() -> workers.inOrder(
                            PIECES,
                            piece -> {
                                if (failed.compareAndSet(false, true)) {
                                    throw new OutOfMemoryError("refused");
                                }
                                return piece;
                            },
                            result -> {}))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("refused");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {
    private static final long GIB = 1L << 30;
    private final Machine machine = new Machine(8, 10 * GIB);

    @Test
    void zeroStandsForTheCores() {
        assertThat(machine.workers(0, workers -> workers * GIB)).isEqualTo(8);
        assertThat(machine.workers(3, workers -> workers * GIB)).isEqualTo(3);
    }

    @Test
    void thereAreFewerWhereMemoryWouldNotHoldThem() {
        assertThat(machine.workers(0, workers -> (1 + 2 * workers) * GIB)).isEqualTo(4);
        assertThat(machine.workers(16, workers -> (1 + 2 * workers) * GIB)).isEqualTo(4);
    }

    @Test
    void thereIsOneWhereMemoryHoldsNone() {
        assertThat(machine.workers(0, workers -> 100 * GIB)).isEqualTo(1);
    }

    @Test
    void thisMachineHasCoresAndLessMemoryThanItsHeapLeaves() {
        var here = Machine.here();

        assertThat(here.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(here.memory()).isGreaterThan(0);
    }
}

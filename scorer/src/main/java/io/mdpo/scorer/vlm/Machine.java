package io.mdpo.scorer.vlm;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntToLongFunction;

/**
 * What there is to compute with, in the container around this process if there is one.
 *
 * @param cores processors
 * @param memory for the engine, in bytes: what the heap may not take
 */
public record Machine(int cores, long memory) {
    /** Class files, compiled code, thread stacks and the engine's libraries. */
    private static final long OUTSIDE_THE_HEAP = 512L << 20;

    /** This machine. Another process beside this one is not seen. */
    public static Machine here() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        var runtime = Runtime.getRuntime();
        return new Machine(
                runtime.availableProcessors(), system.getTotalMemorySize() - runtime.maxMemory() - OUTSIDE_THE_HEAP);
    }

    /**
     * How many passes are computed at once: as many as fit into the memory, and at least one.
     *
     * @param most 0 stands for the number of cores
     * @param bytes what a number of passes takes
     */
    public int workers(int most, IntToLongFunction bytes) {
        int workers = most == 0 ? cores : most;
        while (workers > 1 && bytes.applyAsLong(workers) > memory) {
            workers--;
        }
        return workers;
    }
}

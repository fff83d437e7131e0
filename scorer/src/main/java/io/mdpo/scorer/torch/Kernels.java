package io.mdpo.scorer.torch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.mdpo.operator.SettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which machine code computes on the CPU. The engine's libraries choose it by processor, and with it the last bits of every
 * sum, unless they are told before they are loaded.
 */
public enum Kernels {
    /** What is fastest on this processor. */
    NATIVE,

    /**
     * The same on every x86-64 processor with AVX2, from whatever maker: MKL's code for all, which is the only one that it
     * promises beyond Intel, and AVX2 in ATen and oneDNN, which do not ask for the maker.
     */
    PORTABLE;

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final List<String> NEEDED = List.of("avx2", "fma");

    private static final Map<String, String> PORTABLE_ENVIRONMENT =
            Map.of("MKL_CBWR", "COMPATIBLE", "ATEN_CPU_CAPABILITY", "avx2", "ONEDNN_MAX_CPU_ISA", "AVX2");

    /** The environment is a matter of the C library: Java's is a copy. */
    private interface CLibrary extends Library {
        int setenv(String name, String value, int overwrite);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@link #PORTABLE} where it can be had, else {@link #NATIVE}. */
    public static Kernels portableIfPossible() {
        return isX86Linux() && hasNeeded() ? PORTABLE : NATIVE;
    }

    /**
     * Tells the libraries of the engine, which must not be loaded yet.
     *
     * @throws SettingException these kernels are not to be had here
     */
    void pin() {
        if (this == NATIVE) {
            return;
        }
        if (!isX86Linux() || !hasNeeded()) {
            throw new SettingException(
                    "kernels",
                    "is portable, which needs Linux on an x86-64 processor with AVX2 and FMA; set it to native");
        }
        var library = Native.load("c", CLibrary.class);
        PORTABLE_ENVIRONMENT.forEach((name, value) -> {
            if (library.setenv(name, value, 1) != 0) {
                throw new IllegalStateException("the C library did not take %s=%s".formatted(name, value));
            }
        });
    }

    private static boolean isX86Linux() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    private static boolean hasNeeded() {
        try (var lines = Files.lines(PROCESSOR)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(flags -> Set.copyOf(Arrays.asList(flags.split("\\s+"))).containsAll(NEEDED))
                    .orElse(false);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read".formatted(PROCESSOR), e);
        }
    }
}

package io.mdpo.lab.experiment;

import io.mdpo.lab.scenes.Split;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How much of a suite is run.
 *
 * @param streams to learn from
 * @param seeds how often a variant is trained with its chosen setting, each time on a stream of its own
 * @param pairs of a stream
 * @param scenes on which every training is judged
 */
record Plan(Suite suite, List<StreamKind> streams, int seeds, int pairs, int scenes) {
    /** The streams of the comparison count from 1; the settings were chosen on this one. */
    private static final long TUNING_SEED = 0;

    StreamSpec stream(StreamKind kind, long seed) {
        return new StreamSpec(kind, Suite.SHORTCUT_STRENGTH, pairs, seed);
    }

    /** On scenes that the comparison does not see. */
    RunSpec tuning(StreamKind kind, Variant variant, Setting setting) {
        return new RunSpec(variant, stream(kind, TUNING_SEED), setting, Split.TUNING);
    }

    /** One training a seed. */
    List<RunSpec> comparison(StreamKind kind, Variant variant, Setting setting) {
        return eachSeed(variant, setting, seed -> stream(kind, seed));
    }

    /** One training a seed; at the comparison's strength they are the comparison's. */
    List<RunSpec> atStrength(Variant variant, Setting setting, double strength) {
        return eachSeed(variant, setting, seed -> new StreamSpec(StreamKind.SHORTCUT, strength, pairs, seed));
    }

    /** One training a seed. */
    List<RunSpec> atSize(StreamKind kind, Variant variant, Setting setting, int size) {
        return eachSeed(variant, setting, seed -> new StreamSpec(kind, Suite.SHORTCUT_STRENGTH, size, seed));
    }

    private List<RunSpec> eachSeed(Variant variant, Setting setting, LongFunction<StreamSpec> stream) {
        return LongStream.rangeClosed(1, seeds)
                .mapToObj(seed -> new RunSpec(variant, stream.apply(seed), setting, Split.HELDOUT))
                .toList();
    }

    /** Settings to choose from; the supervised loss has no beta. */
    List<Setting> grid(Variant variant) {
        double firstBeta = suite.grid().get(0).beta();
        return suite.grid().stream()
                .filter(setting -> variant.hasBeta() || setting.beta() == firstBeta)
                .toList();
    }

    /** Whether a setting was chosen, or there was but one. */
    boolean hasTuning() {
        return suite.grid().size() > 1;
    }

    /** Number of trainings; one that stands in two places counts twice. */
    int runs() {
        int each = seeds
                * (suite.variants().size()
                        + suite.sizes().size() * suite.sizeVariants().size());
        int tuning = hasTuning()
                ? suite.variants().stream().mapToInt(v -> grid(v).size()).sum()
                : 0;
        int strengths = streams.contains(StreamKind.SHORTCUT)
                ? seeds * suite.strengths().size() * suite.strengthVariants().size()
                : 0;
        return streams.size() * (each + tuning) + strengths;
    }

    /** The variants in any of the curves or the comparison. */
    Stream<Variant> variants() {
        return suite.variants().stream();
    }
}

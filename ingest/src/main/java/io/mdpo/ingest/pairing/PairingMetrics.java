package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.RejectionReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counters of what pairing decided. They count decisions of this process and stand outside the transaction: after a crash
 * something may be decided again and counted again, although it stands in the topics once.
 */
final class PairingMetrics {
    private static final List<String> RULES = List.of("vote", "edit", "rating", "thumbs", "unpaired");

    private final Map<FeedbackReason, Counter> feedback;
    private final Map<String, Counter> pairs;
    private final Map<RejectionReason, Counter> rejected;
    private final Counter duplicates;
    private final Counter unrated;
    private final Counter settled;

    /** Registers all before their first use, so that a dashboard shows zero and not nothing. */
    PairingMetrics(MeterRegistry registry) {
        feedback =
                counters(registry, FeedbackReason.values(), "mdpo.pairing.feedback", "Feedback that ended", "outcome");
        rejected = counters(
                registry, RejectionReason.values(), "mdpo.pairing.rejected", "Records that pairing refused", "reason");
        pairs = RULES.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        rule -> counter(registry, "mdpo.pairing.pairs", "Pairs that pairing made", "rule", rule)));
        duplicates = Counter.builder("mdpo.pairing.duplicates")
                .description("Feedback records that came again")
                .register(registry);
        unrated = counter(registry, "mdpo.pairing.interactions", "Interactions that ended", "end", "unrated");
        settled = counter(registry, "mdpo.pairing.interactions", "Interactions that ended", "end", "settled");
    }

    private static <E extends Enum<E>> Map<E, Counter> counters(
            MeterRegistry registry, E[] values, String name, String description, String tag) {
        return Arrays.stream(values)
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(), value -> counter(registry, name, description, tag, value.name())));
    }

    private static Counter counter(MeterRegistry registry, String name, String description, String tag, String value) {
        return Counter.builder(name).description(description).tag(tag, value).register(registry);
    }

    void ended(FeedbackReason outcome) {
        Objects.requireNonNull(feedback.get(outcome)).increment();
    }

    void paired(String rule) {
        Objects.requireNonNull(pairs.get(rule)).increment();
    }

    void rejected(RejectionReason reason) {
        Objects.requireNonNull(rejected.get(reason)).increment();
    }

    /** A feedback with an id that is known. */
    void duplicate() {
        duplicates.increment();
    }

    /** An interaction that nobody judged in time. */
    void unrated() {
        unrated.increment();
    }

    /** An interaction whose feedback was decided. */
    void settled() {
        settled.increment();
    }
}

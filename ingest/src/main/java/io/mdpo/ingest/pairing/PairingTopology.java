package io.mdpo.ingest.pairing;

import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.FeedbackOutcome;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.registry.ConfluentFormat;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The data path of pairing:
 *
 * <pre>
 * interactions --+-> settle (by interaction) --> [thumbs-repartition] --> match (by content)
 * feedback ------+        |    shares its stores                               |
 *                         |         with                                       |
 *                         |      assemble (by interaction) <-- [decisions-repartition]
 *                         |         |
 *                         +---------+--> raw-pairs, feedback-outcomes, rejected-pairs
 * </pre>
 *
 * <p>Every feedback ends once, in {@code feedback-outcomes}. Images go into one store and from there into pairs, and never
 * through an internal topic but that store's changelog.
 */
public final class PairingTopology {
    private final PairingConfig config;
    private final Set<StoreBuilder<?>> lives;
    private final Set<StoreBuilder<?>> groups;
    private final Optional<ConfluentFormat> confluent;
    private final int partitions;
    private final PairingMetrics metrics;

    private PairingTopology(PairingConfig config, Storage storage, int partitions, PairingMetrics metrics) {
        this.config = config;
        this.lives = Lives.stores(storage);
        this.groups = Matching.stores(storage);
        this.confluent = ConfluentFormat.of(config.kafka());
        this.partitions = partitions;
        this.metrics = metrics;
    }

    /**
     * Builds it.
     *
     * @param storage where what waits lies
     * @param partitions of interactions, and of feedback
     */
    public static Topology of(PairingConfig config, Storage storage, int partitions, MeterRegistry registry) {
        return new PairingTopology(config, storage, partitions, new PairingMetrics(registry)).build();
    }

    private Topology build() {
        var builder = new StreamsBuilder();
        Stream.of(lives, groups).flatMap(Set::stream).forEach(builder::addStateStore);
        var reader = new ArrivalReader(confluent);
        var settled = builder.stream(
                        List.of(
                                Topic.INTERACTIONS.name(config.topicPrefix()),
                                Topic.FEEDBACK.name(config.topicPrefix())),
                        input())
                .process(
                        Working.<Bytes, Bytes, Bytes, Output>of(
                                context -> new Settling(config, reader, metrics, context)),
                        Named.as("settle"),
                        names(lives));
        write(settled, "settled");

        var decisions = select(settled, "offers", Output.Offered.class, Output.Offered::offer)
                .repartition(Repartitioned.<Bytes, Offer>as("thumbs")
                        .withKeySerde(Serdes.Bytes())
                        .withValueSerde(Offer.SERDE)
                        .withNumberOfPartitions(partitions)
                        .withStreamPartitioner((topic, key, offer, count) -> to(offer, count)))
                .process(
                        Working.<Bytes, Offer, Bytes, Decision>of(context -> new Matching(config, partitions, context)),
                        Named.as("match"),
                        names(groups));

        var assembled = decisions
                .repartition(Repartitioned.<Bytes, Decision>as("decisions")
                        .withKeySerde(Serdes.Bytes())
                        .withValueSerde(Decision.SERDE)
                        .withNumberOfPartitions(partitions)
                        .withStreamPartitioner((topic, key, decision, count) -> Optional.of(Set.of(decision.home()))))
                .process(
                        Working.<Bytes, Decision, Bytes, Output>of(context -> new Assembling(config, metrics, context)),
                        Named.as("assemble"),
                        names(lives));
        write(assembled, "assembled");
        return builder.build();
    }

    /** A clock is for everybody; a thumb goes by its key. */
    private static Optional<Set<Integer>> to(Offer offer, int partitions) {
        return offer instanceof Offer.Clock
                ? Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()))
                : Optional.empty();
    }

    private static String[] names(Set<StoreBuilder<?>> stores) {
        return stores.stream().map(StoreBuilder::name).toArray(String[]::new);
    }

    /** Event time. A record without a usable timestamp takes the latest of its partition instead of stopping all. */
    private static Consumed<Bytes, Bytes> input() {
        return Consumed.with(Serdes.Bytes(), Serdes.Bytes())
                .withName("interactions-and-feedback")
                .withTimestampExtractor((record, partitionTime) ->
                        record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime));
    }

    private static <O extends Output, T> KStream<Bytes, T> select(
            KStream<Bytes, Output> outputs, String name, Class<O> type, Function<O, T> value) {
        return outputs.filter((key, output) -> type.isInstance(output), Named.as(name + "-selected"))
                .mapValues(output -> value.apply(type.cast(output)), Named.as(name + "-values"));
    }

    private void write(KStream<Bytes, Output> outputs, String name) {
        write(outputs, name + "-pairs", Output.Pair.class, Output.Pair::pair, Topic.RAW_PAIRS, PreferencePair.class);
        write(
                outputs,
                name + "-outcomes",
                Output.Outcome.class,
                Output.Outcome::outcome,
                Topic.FEEDBACK_OUTCOMES,
                FeedbackOutcome.class);
        write(
                outputs,
                name + "-letters",
                Output.Letter.class,
                Output.Letter::letter,
                Topic.REJECTED_PAIRS,
                RejectedPair.class);
    }

    private <O extends Output, T extends SpecificRecord> void write(
            KStream<Bytes, Output> outputs,
            String name,
            Class<O> type,
            Function<O, T> value,
            Topic topic,
            Class<T> record) {
        Serde<T> serde = ConfluentFormat.serde(record, confluent);
        select(outputs, name, type, value)
                .to(
                        topic.name(config.topicPrefix()),
                        Produced.with(Serdes.Bytes(), serde).withName(name));
    }
}

package io.mdpo.ingest;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.gate.Gates;
import io.mdpo.ingest.image.ImageReferences;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.QuarantinedPair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.registry.ConfluentFormat;
import java.util.stream.Stream;
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
 * The data path of ingest:
 *
 * <pre>
 * raw-pairs -> screen (by pair id) -> [content-repartition] -> de-duplicate, gates -> pairs, heldout-pairs, quarantined-pairs
 *                 |                                                 |
 *                 +-----------------> rejected-pairs <--------------+
 * </pre>
 *
 * <p>Every raw record leaves exactly once, as a pair, as one that is held out or held back, or as a dead letter. The raw topic
 * is read as bytes, so no record can stop the topology. Records of one raw partition that go to the same partition of
 * {@code pairs} by way of the same content partition keep their order; with one raw partition, and so one content partition,
 * all do.
 */
final class IngestTopology {
    private IngestTopology() {}

    /** @param references one for all partitions: what it learns of a host holds for each of them */
    static Topology of(IngestConfig config, ImageReferences references, IngestMetrics metrics) {
        var confluent = ConfluentFormat.of(config.kafka());
        var decoder = new PairDecoder(confluent);
        var letters = ConfluentFormat.serde(RejectedPair.class, confluent);
        var builder = new StreamsBuilder();
        builder.addStateStore(Deduplicator.store(ScreeningProcessor.STORE, config.dedupWindow()));
        builder.addStateStore(Deduplicator.store(ContentProcessor.STORE, config.dedupWindow()));
        var gateStores = Gates.stores(config.gates());
        gateStores.forEach(builder::addStateStore);
        var contentStores = Stream.concat(
                Stream.of(ContentProcessor.STORE), gateStores.stream().map(StoreBuilder::name));

        var screened = builder.stream(Topic.RAW_PAIRS.name(config.topicPrefix()), raw())
                .process(
                        () -> new ScreeningProcessor(config, references, decoder, metrics),
                        Named.as("screen"),
                        ScreeningProcessor.STORE);
        writeDeadLetters(screened, letters, "screened", config);

        var unique = passed(screened, "screened")
                .repartition(Repartitioned.<Bytes, Bytes>as("content")
                        .withKeySerde(Serdes.Bytes())
                        .withValueSerde(Serdes.Bytes()))
                .process(
                        () -> new ContentProcessor(config, decoder, metrics),
                        Named.as("deduplicate"),
                        contentStores.toArray(String[]::new));
        writeDeadLetters(unique, letters, "deduplicated", config);
        var pairs = ConfluentFormat.serde(PreferencePair.class, confluent);
        write(passed(unique, "deduplicated"), Topic.PAIRS, pairs, "pairs", config);
        write(heldOut(unique), Topic.HELDOUT_PAIRS, pairs, "heldout-pairs", config);
        var held = ConfluentFormat.serde(QuarantinedPair.class, confluent);
        write(quarantined(unique), Topic.QUARANTINED_PAIRS, held, "quarantined", config);
        return builder.build();
    }

    /** Event time. A record without a usable timestamp takes the latest of its partition instead of stopping all. */
    private static Consumed<Bytes, Bytes> raw() {
        return Consumed.with(Serdes.Bytes(), Serdes.Bytes())
                .withName("raw-pairs")
                .withTimestampExtractor((record, partitionTime) ->
                        record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime));
    }

    private static <T> KStream<Bytes, T> passed(KStream<Bytes, Verdict<T>> verdicts, String name) {
        return verdicts.filter((key, verdict) -> verdict instanceof Verdict.Passed, Named.as(name + "-passed"))
                .mapValues(verdict -> ((Verdict.Passed<T>) verdict).value(), Named.as(name + "-pairs"));
    }

    private static <T> KStream<Bytes, T> heldOut(KStream<Bytes, Verdict<T>> verdicts) {
        return verdicts.filter((key, verdict) -> verdict instanceof Verdict.HeldOut, Named.as("held-out"))
                .mapValues(verdict -> ((Verdict.HeldOut<T>) verdict).value(), Named.as("held-out-pairs"));
    }

    private static <T> KStream<Bytes, QuarantinedPair> quarantined(KStream<Bytes, Verdict<T>> verdicts) {
        return verdicts.filter((key, verdict) -> verdict instanceof Verdict.Quarantined, Named.as("held-back"))
                .mapValues(verdict -> ((Verdict.Quarantined<T>) verdict).pair(), Named.as("held-back-pairs"));
    }

    private static <T> void writeDeadLetters(
            KStream<Bytes, Verdict<T>> verdicts, Serde<RejectedPair> serde, String name, IngestConfig config) {
        var letters = verdicts.filter(
                        (key, verdict) -> verdict instanceof Verdict.DeadLetter, Named.as(name + "-refused"))
                .mapValues(verdict -> ((Verdict.DeadLetter<T>) verdict).letter(), Named.as(name + "-letters"));
        write(letters, Topic.REJECTED_PAIRS, serde, name + "-rejected", config);
    }

    private static <T> void write(
            KStream<Bytes, T> records, Topic topic, Serde<T> serde, String name, IngestConfig config) {
        records.to(
                topic.name(config.topicPrefix()),
                Produced.with(Serdes.Bytes(), serde).withName(name));
    }
}

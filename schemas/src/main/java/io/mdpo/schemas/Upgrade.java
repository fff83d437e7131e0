package io.mdpo.schemas;

import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.Decoder;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads pairs of releases 1 and 2, which Avro cannot resolve to what they are now: one image became a list, a turn's text
 * became parts. Release 1 resolves to release 2; what release 2 says is then said in the current records. Such a pair has
 * one image and no image part: its image stands before the first user text, as it did.
 */
final class Upgrade {
    private static final Map<Long, Upgrade> BY_FINGERPRINT = Stream.of(
                    new Upgrade(1, PreferencePair.class, Upgrade::pair),
                    new Upgrade(2, PreferencePair.class, Upgrade::pair),
                    new Upgrade(1, ScoredPair.class, Upgrade::scored),
                    new Upgrade(2, ScoredPair.class, Upgrade::scored))
            .collect(Collectors.toUnmodifiableMap(
                    upgrade -> SchemaNormalization.parsingFingerprint64(upgrade.writer), upgrade -> upgrade));

    private final Schema writer;
    private final Schema release2;
    private final Function<GenericRecord, SpecificRecord> upgrade;

    private Upgrade(
            int version, Class<? extends SpecificRecord> type, Function<GenericRecord, SpecificRecord> upgrade) {
        this.writer = ReleasedSchemas.read(version, type.getSimpleName());
        this.release2 = ReleasedSchemas.read(2, type.getSimpleName());
        this.upgrade = upgrade;
    }

    /** How to read what the schema of this fingerprint wrote; empty where Avro's own resolution reads it. */
    static Optional<Upgrade> of(long fingerprint) {
        return Optional.ofNullable(BY_FINGERPRINT.get(fingerprint));
    }

    SpecificRecord read(Decoder body) throws IOException {
        return upgrade.apply(new GenericDatumReader<GenericRecord>(writer, release2).read(null, body));
    }

    private static PreferencePair pair(GenericRecord old) {
        return new PreferencePair(
                text(old, "pairId"),
                List.of(image(old.get("image"))),
                records(old, "prompt").stream()
                        .map(turn -> Prompts.message(text(turn, "role"), text(turn, "text")))
                        .toList(),
                text(old, "chosen"),
                text(old, "rejected"),
                text(old, "source"),
                Instant.ofEpochMilli((Long) old.get("createdAt")),
                Optional.ofNullable((ByteBuffer) old.get("corruptedImage")).stream()
                        .toList(),
                PairKind.PAIR.text(),
                null);
    }

    private static Object image(Object old) {
        return old instanceof GenericRecord reference
                ? new ImageReference(text(reference, "uri"), text(reference, "sha256"))
                : old;
    }

    private static ScoredPair scored(GenericRecord old) {
        var logProbs = (GenericRecord) old.get("logProbs");
        var reference = (GenericRecord) old.get("reference");
        return new ScoredPair(
                pair((GenericRecord) old.get("pair")),
                List.of(corruption((GenericRecord) old.get("corruption"))),
                new LogProbs(
                        floats(logProbs, "chosen"),
                        floats(logProbs, "rejected"),
                        floats(logProbs, "chosenGivenCorruptedImage")),
                new Reference(text(reference, "id"), (String) reference.get("checkpoint")));
    }

    private static Corruption corruption(GenericRecord old) {
        return new Corruption(
                0,
                text(old, "kind"),
                (Long) old.get("seed"),
                (Integer) old.get("left"),
                (Integer) old.get("top"),
                (Integer) old.get("width"),
                (Integer) old.get("height"),
                (Double) old.get("strength"));
    }

    private static String text(GenericRecord old, String field) {
        return old.get(field).toString();
    }

    @SuppressWarnings("unchecked") // what the released schemas say
    private static Collection<GenericRecord> records(GenericRecord old, String field) {
        return (Collection<GenericRecord>) old.get(field);
    }

    @SuppressWarnings("unchecked") // what the released schemas say
    private static List<Float> floats(GenericRecord old, String field) {
        return List.copyOf((Collection<Float>) old.get(field));
    }
}

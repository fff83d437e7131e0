package io.mdpo.it;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.jspecify.annotations.Nullable;

/** Writes pairs with one image as releases 1 and 2 wrote them. */
final class OldReleases {
    private OldReleases() {}

    /** Whether a pair says nothing that they could not say. */
    static boolean holds(PreferencePair pair) {
        return pair.getImages().size() == 1
                && pair.getCorruptedImages().size() <= 1
                && pair.getPrompt().stream()
                        .allMatch(message -> message.getContent().size() == 1)
                && Prompts.texts(pair.getPrompt()).count() == pair.getPrompt().size();
    }

    static byte[] encode(int version, PreferencePair pair) {
        return encode(pair(schema(version, "PreferencePair"), pair));
    }

    static byte[] encode(int version, ScoredPair scored) {
        var schema = schema(version, "ScoredPair");
        var record = new GenericData.Record(schema);
        record.put("pair", pair(field(schema, "pair"), scored.getPair()));
        record.put(
                "corruption",
                corruption(field(schema, "corruption"), scored.getCorruptions().get(0)));
        record.put("logProbs", logProbs(field(schema, "logProbs"), scored.getLogProbs()));
        record.put("reference", reference(field(schema, "reference"), scored.getReference()));
        return encode(record);
    }

    private static GenericRecord pair(Schema schema, PreferencePair pair) {
        var record = new GenericData.Record(schema);
        record.put("pairId", pair.getPairId());
        record.put("image", image(field(schema, "image"), pair.getImages().get(0)));
        var turn = field(schema, "prompt").getElementType();
        record.put(
                "prompt",
                pair.getPrompt().stream()
                        .map(message -> {
                            var old = new GenericData.Record(turn);
                            old.put("role", message.getRole());
                            old.put(
                                    "text",
                                    Prompts.texts(List.of(message)).findFirst().orElseThrow());
                            return old;
                        })
                        .toList());
        record.put("chosen", pair.getChosen());
        record.put("rejected", pair.getRejected());
        record.put("source", pair.getSource());
        record.put("createdAt", pair.getCreatedAt().toEpochMilli());
        put(
                record,
                "corruptedImage",
                pair.getCorruptedImages().stream().findFirst().orElse(null));
        return record;
    }

    private static Object image(Schema schema, Object image) {
        if (!(image instanceof ImageReference reference)) {
            return image;
        }
        var record = new GenericData.Record(schema.getTypes().get(1));
        record.put("uri", reference.getUri());
        record.put("sha256", reference.getSha256());
        return record;
    }

    private static GenericRecord corruption(Schema schema, Corruption corruption) {
        var record = new GenericData.Record(schema);
        record.put("kind", corruption.getKind());
        record.put("seed", corruption.getSeed());
        record.put("left", corruption.getLeft());
        record.put("top", corruption.getTop());
        record.put("width", corruption.getWidth());
        record.put("height", corruption.getHeight());
        put(record, "strength", corruption.getStrength());
        return record;
    }

    private static GenericRecord logProbs(Schema schema, LogProbs logProbs) {
        var record = new GenericData.Record(schema);
        record.put("chosen", logProbs.getChosen());
        record.put("rejected", logProbs.getRejected());
        record.put("chosenGivenCorruptedImage", logProbs.getChosenGivenCorruptedImage());
        return record;
    }

    private static GenericRecord reference(Schema schema, Reference reference) {
        var record = new GenericData.Record(schema);
        record.put("id", reference.getId());
        record.put("checkpoint", reference.getCheckpoint());
        return record;
    }

    /** A field that release 1 did not have. */
    private static void put(GenericRecord record, String name, @Nullable Object value) {
        Optional.ofNullable(record.getSchema().getField(name)).ifPresent(field -> record.put(name, value));
    }

    private static Schema field(Schema schema, String name) {
        return schema.getField(name).schema();
    }

    private static Schema schema(int version, String record) {
        var path = "/released/%d/%s.avsc".formatted(version, record);
        try (var in = Objects.requireNonNull(PreferencePair.class.getResourceAsStream(path), path)) {
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encode(GenericRecord record) {
        try {
            ByteBuffer buffer =
                    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), record.getSchema()).encode(record);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

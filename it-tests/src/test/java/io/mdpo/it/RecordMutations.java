package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.CheckpointChunk;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PartitionOffset;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.TrainingMetrics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Records as a broken or hostile producer would write them, and good ones between them. The same seed gives the same
 * records, so a failure can be had again.
 */
final class RecordMutations {
    private static final AvroSerde<TrainingMetrics> METRICS = AvroSerde.of(TrainingMetrics.class);
    private static final AvroSerde<CheckpointChunk> CHUNK = AvroSerde.of(CheckpointChunk.class);

    private static final List<String> TEXTS = List.of(
            "",
            " \t\n",
            "<image>",
            "a <image> cat",
            "\u0000",
            "\ufeff\u202e",
            "\ud800 alone",
            "</s><s>",
            "e\u0301".repeat(50));
    private static final int LONG_TEXT = 300_000;

    private final Random random;
    private final Form form;
    private final List<Mutant> earlier = new ArrayList<>();

    /** How a topic writes a pair: by itself, or in another record whose own fields may be spoiled. */
    interface Form {
        byte[] write(PreferencePair pair, Random random, boolean spoiled);
    }

    /** A record; headers are the producer's. */
    static final class Mutant {
        final byte @Nullable [] key;
        final byte @Nullable [] value;
        final Map<String, String> headers;

        private Mutant(byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
            this.key = key;
            this.value = value;
            this.headers = headers;
        }
    }

    RecordMutations(long seed, Form form) {
        this.random = new Random(seed);
        this.form = form;
    }

    /** A record that nothing is wrong with. */
    Mutant good(String id) {
        var pair = pair(id, random).build();
        return new Mutant(id.getBytes(UTF_8), form.write(pair, random, false), Map.of());
    }

    /** The next record. */
    Mutant next(String id) {
        var mutant = mutate(id);
        earlier.add(mutant);
        return mutant;
    }

    private Mutant mutate(String id) {
        var good = good(id);
        var value = Objects.requireNonNull(good.value);
        return switch (random.nextInt(16)) {
            case 0, 1 -> with(good, Damage.flip(value, random));
            // Where a record begins stand its schema and the lengths of its first fields.
            case 2 -> with(good, Damage.flip(value, random, 0, Math.min(40, value.length)));
            case 3 -> with(good, Damage.overwrite(value, random, 10, value.length));
            case 4 -> with(good, Damage.cut(value, random));
            case 5 -> with(good, Damage.lengthen(value, random));
            case 6 -> with(good, random.nextBoolean() ? null : Damage.randomOf(random, 3000));
            case 7 -> with(good, foreign());
            case 8, 9, 10 ->
                spoiled(pair(id, random).setImages(List.of(ByteBuffer.wrap(ImageMutations.hostile(random)))));
            case 11 -> spoiled(odd(pair(id, random)));
            case 12 -> new Mutant(random.nextBoolean() ? null : Damage.randomOf(random, 600), value, Map.of());
            case 13 -> earlier.isEmpty() ? good : earlier.get(random.nextInt(earlier.size()));
            case 14 -> new Mutant(good.key, form.write(pair(id, random).build(), random, true), headers());
            default -> good;
        };
    }

    private static Mutant with(Mutant mutant, byte @Nullable [] value) {
        return new Mutant(mutant.key, value, mutant.headers);
    }

    private Mutant spoiled(PreferencePair.Builder builder) {
        var pair = builder.build();
        return new Mutant(pair.getPairId().getBytes(UTF_8), form.write(pair, random, false), Map.of());
    }

    /** No two have the same content. */
    static PreferencePair.Builder pair(String id, Random random) {
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(List.of(ByteBuffer.wrap(ImageMutations.sound(random))))
                .setPrompt(Prompts.user("what is this ?"))
                .setChosen("a red cat . " + id)
                .setRejected("a dog .")
                .setSource("fuzz")
                .setCreatedAt(Instant.EPOCH);
    }

    private PreferencePair.Builder odd(PreferencePair.Builder pair) {
        var text = random.nextInt(50) == 0 ? "a ".repeat(LONG_TEXT / 2) : TEXTS.get(random.nextInt(TEXTS.size()));
        return switch (random.nextInt(12)) {
            case 0 -> pair.setChosen(text);
            case 1 -> pair.setRejected(text);
            case 2 -> pair.setPrompt(Prompts.user(text));
            case 3 -> pair.setPrompt(random.nextBoolean() ? List.of() : List.of(Prompts.message("tool", "what ?")));
            case 4 -> pair.setPairId(text);
            case 5 -> pair.setImages(List.of(new ImageReference("file:///etc/passwd" + text, "00")));
            case 7 -> pair.setPrompt(Prompts.user("<image>\nwhat is this ?"));
            case 8 -> pair.setImages(List.of());
            case 9 ->
                pair.setImages(Collections.nCopies(
                        random.nextInt(100), pair.getImages().get(0)));
            case 10 -> pair.setPrompt(List.of(new Message("user", parts(text))));
            case 6 -> pair.setCorruptedImages(List.of(ByteBuffer.wrap(ImageMutations.hostile(random))));
            default -> pair.setSource(text).setCreatedAt(Instant.ofEpochMilli(random.nextLong() / 1_000_000));
        };
    }

    /** Texts, images and what is neither, in any order. */
    private List<Part> parts(String text) {
        var all = List.of(
                Prompts.image(),
                Prompts.text("what is this ?"),
                Prompts.text(text),
                new Part("video", ""),
                new Part("image", text));
        return IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> all.get(random.nextInt(all.size())))
                .toList();
    }

    /** What belongs in another topic, or in no topic of ours. */
    private byte[] foreign() {
        return switch (random.nextInt(5)) {
            case 0 -> METRICS.encode(new TrainingMetrics("run", 1L, 2L, Map.of("loss", 1.0), Instant.EPOCH));
            case 1 -> CHUNK.encode(new CheckpointChunk("run", 1L, "blob", 0, ByteBuffer.wrap(new byte[100])));
            case 2 -> "{\"pairId\": \"json\"}".getBytes(UTF_8);
            case 3 -> new PartitionOffset("topic", 0, 1L).toString().getBytes(UTF_8);
            // A registry's framing: 0, four bytes of schema id.
            default ->
                ByteBuffer.allocate(9)
                        .put((byte) 0)
                        .putInt(7)
                        .putInt(random.nextInt())
                        .array();
        };
    }

    /** Names that our dead letters use themselves, and values of any bytes. */
    private Map<String, String> headers() {
        return Map.of(
                "__streams.errors.exception", "FORGED",
                "trace", new String(Damage.randomOf(random, 300), UTF_8),
                "", "");
    }
}

package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A stream of good pairs in the words of the tiny model, or of pairs and answers that are good or bad by themselves, with one
 * broken record of each kind between them.
 */
final class PipelineInput {
    static final int GOOD = 50;

    /** What must become of the broken records, by key. */
    static final Map<String, RejectionReason> BROKEN = Map.of(
            "bad-image", RejectionReason.UNDECODABLE_IMAGE,
            "empty-answer", RejectionReason.EMPTY_CHOSEN,
            "equal-answers", RejectionReason.CHOSEN_EQUALS_REJECTED,
            "wrong-avro", RejectionReason.UNDECODABLE_RECORD,
            "bomb", RejectionReason.IMAGE_TOO_MANY_PIXELS,
            "pair-3", RejectionReason.DUPLICATE_PAIR_ID);

    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final List<String> NOUNS = List.of("dog", "cat");
    private static final List<String> COUNTS = List.of("a", "the", "one", "two", "three");

    /** One broken record after so many good pairs. */
    private static final int BETWEEN = 8;

    /** The time of the first record: yesterday, so that no topic's retention drops it. */
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(1));

    private final List<Raw> records = new ArrayList<>();

    private record Raw(String key, ByteBuffer value) {}

    PipelineInput(long seed) {
        this(seed, List.of(PairKind.PAIR));
    }

    /** @param kinds of the good records, in turn */
    PipelineInput(long seed, List<PairKind> kinds) {
        var random = new Random(seed);
        var good = new ArrayList<PreferencePair>();
        for (int i = 0; i < GOOD; i++) {
            good.add(pair("pair-" + i, random, kinds.get(i % kinds.size())));
        }
        var broken = broken(good.get(3)).iterator();
        for (int i = 0; i < GOOD; i++) {
            records.add(raw(good.get(i)));
            if ((i + 1) % BETWEEN == 0) {
                records.add(broken.next());
            }
        }
    }

    int size() {
        return records.size();
    }

    /** Sends the records from one place in the stream to before another. */
    void send(KafkaFixture fixture, int from, int to) {
        for (int i = from; i < to; i++) {
            var record = records.get(i);
            fixture.send(
                    Topic.RAW_PAIRS,
                    0,
                    start.toEpochMilli() + i,
                    record.key(),
                    record.value().array());
        }
        fixture.flush();
    }

    /** The last of them stands in the second half of the stream, far from the pair that it repeats. */
    private static List<Raw> broken(PreferencePair good) {
        return List.of(
                raw(from(good, "bad-image")
                        .setImages(List.of(utf8("not an image")))
                        .build()),
                raw(from(good, "empty-answer").setChosen("  ").build()),
                raw(from(good, "equal-answers").setChosen(good.getRejected()).build()),
                new Raw("wrong-avro", utf8("{\"pairId\": \"wrong-avro\"}")),
                raw(from(good, "bomb").setImages(List.of(bomb())).build()),
                raw(good));
    }

    private static PreferencePair.Builder from(PreferencePair good, String id) {
        return PreferencePair.newBuilder(good).setPairId(id);
    }

    private static Raw raw(PreferencePair pair) {
        return new Raw(pair.getPairId(), ByteBuffer.wrap(PAIR.encode(pair)));
    }

    private static PreferencePair pair(String id, Random random, PairKind kind) {
        var noun = random.nextInt(2);
        var images = List.<Object>of(noise(random));
        var chosen = phrase(random, NOUNS.get(noun));
        var rejected = phrase(random, NOUNS.get(1 - noun));
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(images)
                .setPrompt(Prompts.user("what is this ?"))
                .setChosen(kind.hasChosen() ? chosen : "")
                .setRejected(kind.hasRejected() ? rejected : "")
                .setKind(kind.text())
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    private static String phrase(Random random, String noun) {
        var count = COUNTS.get(random.nextInt(COUNTS.size()));
        return random.nextBoolean() ? "%s red %s .".formatted(count, noun) : "%s %s .".formatted(count, noun);
    }

    private static ByteBuffer noise(Random random) {
        var image = new BufferedImage(24 + random.nextInt(24), 24 + random.nextInt(24), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        return png(image);
    }

    /** A valid file of some kilobytes that unfolds to 20 megapixels. */
    private static ByteBuffer bomb() {
        return png(new BufferedImage(5000, 4000, BufferedImage.TYPE_BYTE_BINARY));
    }

    private static ByteBuffer png(BufferedImage image) {
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}

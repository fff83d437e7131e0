package io.mdpo.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.image.HostileImages;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small files that ask for a great deal, between pairs that are fine, through the three services in one heap of less than a
 * gigabyte: each hostile one is refused for its own reason, whoever meets it first, and everything else is learned.
 */
@Timeout(400)
class HostileCasesIT {
    private static final String HEAP = "950m";
    private static final int BATCH = 8;
    private static final int GIBIBYTES = 3 << 10; // in mebibytes
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);

    /** Yesterday, so that no topic's retention drops it. */
    private final long start = Instant.now().minus(1, ChronoUnit.DAYS).toEpochMilli();

    private static final List<Refused> REFUSED = List.of(
            refused("webp-nested", HostileImages.nestedWebp(5_000), RejectionReason.UNDECODABLE_IMAGE, "nested"),
            thin(1, 50_000),
            thin(1, 7_000),
            thin(60_000, 200),
            thin(4_100, 20),
            thin(5, 1_005),
            refused("heic", HostileImages.isoMedia("heic", "mif1"), RejectionReason.UNDECODABLE_IMAGE, "HEIC"),
            refused("avif", HostileImages.isoMedia("avif", "mif1"), RejectionReason.UNDECODABLE_IMAGE, "AVIF"));

    private static final Map<String, byte[]> SOUND = Map.of(
            "panorama", HostileImages.png(16_000, 1_000),
            "as-thin-as-allowed", HostileImages.png(5, 1_000),
            "as-flat-as-allowed", HostileImages.png(2_000, 10),
            "ztxt-3g", HostileImages.inflating("zTXt", GIBIBYTES),
            "itxt-3g", HostileImages.inflating("iTXt", GIBIBYTES),
            "iccp-3g", HostileImages.inflating("iCCP", GIBIBYTES),
            "palette-ztxt-3g", HostileImages.palettePngWith("zTXt", HostileImages.compressedChunk("zTXt", GIBIBYTES)),
            "idat-3g", HostileImages.endlessPixels(GIBIBYTES),
            "transparent", HostileImages.transparent(),
            "grey-16-bit", HostileImages.longGrey());

    private record Refused(String name, ByteBuffer image, RejectionReason reason, String sentence) {}

    @TempDir
    private static Path temp;

    private static TestBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        broker = TestBroker.start(temp.resolve("broker"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Stream<String> families() {
        return TinyModels.FAMILIES.stream();
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyHostilePairIsRefusedForItsReasonAndTheOthersAreLearned(String family) throws Exception {
        try (var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            var sound = send(fixture, Topic.RAW_PAIRS, "");
            sound.addAll(send(fixture, Topic.PAIRS, "past-ingest-"));

            var counts = SmallHeapPipeline.run(fixture, TinyModels.of(family), folder, HEAP, BATCH, sound.size());

            assertThat(counts.refused()).isZero();
            assertThat(counts.learned() + counts.waiting()).isEqualTo(sound.size());
            assertThat(counts.waiting()).isLessThan(BATCH);
            assertThat(fixture.read(Topic.SCORED_PAIRS).stream().map(KafkaFixture::key))
                    .containsExactlyInAnyOrderElementsOf(sound);
            var letters = Accounting.letters(fixture).stream()
                    .collect(Collectors.toMap(RejectedPair::getPairId, Function.identity()));
            assertThat(letters).hasSize(2 * REFUSED.size());
            for (var refused : REFUSED) {
                assertLetter(requireNonNull(letters.get(refused.name), refused.name), "ingest", refused);
                var past = "past-ingest-" + refused.name;
                assertLetter(requireNonNull(letters.get(past), past), "scorer", refused);
            }
        }
    }

    /** A step of the default batch in which one pair has two images of 3840 x 2160 pixels, whose patches all see each other. */
    @Test
    void aPairOfLargePhotosIsLearnedByAModelOfAnyResolutionInTheDefaultHeap() throws Exception {
        try (var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            var large = TinyImages.noise("jpeg", 3_840, 2_160, 1);
            var pairs = IntStream.range(0, 32)
                    .mapToObj(i -> pair("pair-" + i, image(i)))
                    .collect(Collectors.toList());
            pairs.set(
                    7,
                    PreferencePair.newBuilder(pair("large", large))
                            .setCorruptedImages(List.of(ByteBuffer.wrap(TinyImages.noise("jpeg", 3_840, 2_160, 2))))
                            .build());
            for (int i = 0; i < pairs.size(); i++) {
                send(fixture, Topic.RAW_PAIRS, i, pairs.get(i));
            }
            fixture.flush();
            var model = TinyModels.qwenOfAnyResolution(folder.resolve("model"));

            var counts = SmallHeapPipeline.run(fixture, model, folder, "2g", 32, 32);

            assertThat(counts.learned()).isEqualTo(32);
            assertThat(counts.refused()).isZero();
            // What 42,196 patches see of each other would be 7 GB as one matrix; it is never made.
            assertThat(counts.peakMebibytes()).isLessThan(4 << 10);
        }
    }

    private static Refused refused(String name, byte[] image, RejectionReason reason, String sentence) {
        return new Refused(name, ByteBuffer.wrap(image), reason, sentence);
    }

    private static Refused thin(int width, int height) {
        return refused(
                "thin-%dx%d".formatted(width, height),
                HostileImages.png(width, height),
                RejectionReason.IMAGE_TOO_ELONGATED,
                "%d x %d".formatted(width, height));
    }

    private static void assertLetter(RejectedPair letter, String stage, Refused refused) {
        assertThat(letter.getStage()).as(refused.name).isEqualTo(stage);
        assertThat(letter.getReason()).as(refused.name).isEqualTo(refused.reason.name());
        assertThat(letter.getMessage()).contains(refused.sentence);
    }

    /** Sends every case with a good pair behind it, and returns the ids of those that shall be learned. */
    private List<String> send(KafkaFixture fixture, Topic topic, String prefix) {
        var pairs = new ArrayList<PreferencePair>();
        var sound = new ArrayList<String>();
        REFUSED.forEach(refused -> {
            pairs.add(pair(prefix + refused.name, refused.image));
            pairs.add(pair(prefix + "after-" + refused.name, image(pairs.size())));
            sound.add(prefix + "after-" + refused.name);
        });
        SOUND.forEach((name, image) -> {
            pairs.add(pair(prefix + name, image));
            pairs.add(pair(prefix + "after-" + name, image(pairs.size())));
            sound.addAll(List.of(prefix + name, prefix + "after-" + name));
        });
        for (int i = 0; i < pairs.size(); i++) {
            send(fixture, topic, i, pairs.get(i));
        }
        fixture.flush();
        return sound;
    }

    private void send(KafkaFixture fixture, Topic topic, int place, PreferencePair pair) {
        fixture.send(topic, 0, start + place, pair.getPairId(), PAIR.encode(pair));
    }

    private static byte[] image(long seed) {
        return TinyImages.noise("png", 40, 30, seed);
    }

    private static PreferencePair pair(String id, byte[] image) {
        return pair(id, ByteBuffer.wrap(image));
    }

    private static PreferencePair pair(String id, ByteBuffer image) {
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(List.of(image))
                .setPrompt(Prompts.user("What is shown in the image?"))
                .setChosen("A red circle.")
                .setRejected("A dog.")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }
}

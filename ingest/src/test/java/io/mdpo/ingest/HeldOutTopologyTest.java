package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.image.Images;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which topic a pair goes to where a third of the pictures is held out. */
class HeldOutTopologyTest {
    private static final List<ByteBuffer> PICTURES = IntStream.range(0, 30)
            .mapToObj(i -> ByteBuffer.wrap(Images.noise("png", i)))
            .toList();

    @TempDir
    private Path stateDir;

    private TopologyHarness topology;

    @BeforeEach
    void start() {
        topology = new TopologyHarness(
                TopologyHarness.config(stateDir, Optional.empty()).withHeldoutShare(1 / 3.0));
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void aPictureOfTheHeldOutShareNeverReachesTheLearnerWhateverIsAskedAboutIt() {
        for (int i = 0; i < PICTURES.size(); i++) {
            for (var prompt : List.of("What is it?", "Where is it?", "Describe the picture.")) {
                topology.send(pair(i + prompt, PICTURES.get(i))
                        .setPrompt(Pairs.prompt(prompt))
                        .build());
            }
            topology.send(pair("both-" + i, PICTURES.get(i), PICTURES.get((i + 1) % PICTURES.size()))
                    .build());
        }

        var learned = topology.pairs();
        var heldOut = topology.heldOut();
        var refused = topology.rejected();
        assertThat(learned).isNotEmpty();
        assertThat(heldOut).isNotEmpty();
        assertThat(pictures(learned)).doesNotContainAnyElementsOf(pictures(heldOut));
        assertThat(refused)
                .isNotEmpty()
                .allSatisfy(letter -> assertThat(letter.value().getReason()).isEqualTo("HELD_OUT_IN_PART"));
        assertThat(learned.size() + heldOut.size() + refused.size()).isEqualTo(4 * PICTURES.size());
        assertThat(topology.count("mdpo.ingest.pairs")).isEqualTo(learned.size());
        assertThat(topology.count("mdpo.ingest.heldout")).isEqualTo(heldOut.size());
    }

    @Test
    void aHeldOutPairKeepsItsKeyTimeAndHeaders() {
        var pair = pair("a", heldOutPicture()).build();
        var trace = new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8));

        topology.send("a".getBytes(UTF_8), topology.encode(pair), TopologyHarness.START, trace);

        assertThat(topology.pairs()).isEmpty();
        assertThat(topology.heldOut()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("a".getBytes(UTF_8));
            assertThat(record.value()).isEqualTo(pair);
            assertThat(record.getRecordTime()).isEqualTo(TopologyHarness.START);
            assertThat(record.headers()).extracting(Header::key).containsExactly("traceparent");
        });
    }

    /** Otherwise a repaired pair could not be sent again. */
    @Test
    void aPairThatIsOnBothSidesClaimsNeitherIdNorContent() {
        var both = List.of(learnedPicture(), heldOutPicture());
        topology.send(Pairs.good("a").setImages(List.copyOf(both)).build());
        topology.send(pair("a", heldOutPicture()).build());

        assertThat(topology.rejected()).hasSize(1);
        assertThat(topology.heldOut()).hasSize(1);
    }

    private static ByteBuffer heldOutPicture() {
        return PICTURES.stream()
                .filter(HeldOutTopologyTest::isHeldOut)
                .findFirst()
                .orElseThrow();
    }

    private static ByteBuffer learnedPicture() {
        return PICTURES.stream()
                .filter(picture -> !isHeldOut(picture))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isHeldOut(ByteBuffer picture) {
        var pair = pair("a", picture).build();
        return new HeldOutShare(1 / 3.0, "").of(pair) == HeldOutShare.Side.HELD_OUT;
    }

    private static PreferencePair.Builder pair(String id, ByteBuffer... pictures) {
        return Pairs.good(id).setImages(List.of((Object[]) pictures));
    }

    private static List<String> pictures(List<TestRecord<byte[], PreferencePair>> records) {
        return records.stream()
                .flatMap(record -> record.value().getImages().stream())
                .map(image -> DigestUtils.sha256Hex(((ByteBuffer) image).array()))
                .distinct()
                .toList();
    }
}

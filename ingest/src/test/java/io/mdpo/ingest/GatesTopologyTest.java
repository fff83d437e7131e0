package io.mdpo.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.gate.Finding;
import io.mdpo.gate.GateAction;
import io.mdpo.ingest.gate.ContradictionsConfig;
import io.mdpo.ingest.gate.GatesConfig;
import io.mdpo.ingest.gate.LengthBiasConfig;
import io.mdpo.ingest.gate.NearDuplicatesConfig;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.avro.PreferencePair;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gates say, and where a pair goes then. */
class GatesTopologyTest {
    private static final int WINDOW = 20;

    @TempDir
    private Path stateDir;

    private Optional<TopologyHarness> open = Optional.empty();

    @AfterEach
    void stop() {
        open.ifPresent(TopologyHarness::close);
    }

    @Test
    void theOppositePreferenceIsHeldBackAndNamesTheFirst() {
        var topology = start(GateAction.QUARANTINE);
        topology.send(Pairs.good("a").setChosen("A dog.").setRejected("A cat.").build());
        topology.send(Pairs.good("b").setChosen("A cat.").setRejected("A dog.").build());
        topology.send(Pairs.good("c").setChosen("A cat.").setRejected("A cow.").build());

        assertThat(topology.pairs())
                .extracting(record -> record.value().getPairId())
                .containsExactly("a", "c");
        assertThat(topology.quarantined()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("b".getBytes(StandardCharsets.UTF_8));
            var held = record.value();
            assertThat(held.getPair().getPairId()).isEqualTo("b");
            assertThat(held.getGate()).isEqualTo("contradictions");
            assertThat(held.getMessage()).contains("pair 'a'");
            assertThat(held.getDestination()).isEqualTo("pairs");
            assertThat(held.getQuarantinedAt()).isEqualTo(TopologyHarness.START);
        });
        assertThat(topology.count("mdpo.gate.findings", "gate", "contradictions"))
                .isEqualTo(1);
        assertThat(topology.count("mdpo.gate.quarantined", "gate", "contradictions"))
                .isEqualTo(1);
        assertThat(topology.count("mdpo.ingest.pairs")).isEqualTo(2);
    }

    @Test
    void anAnswerThatIsGoodHereAndBadThereIsAContradiction() {
        var topology = start(GateAction.QUARANTINE);
        var alone = Pairs.good("a")
                .setKind(PairKind.DESIRABLE.text())
                .setChosen("A dog.")
                .setRejected("");
        topology.send(alone.build());
        topology.send(
                alone.setPairId("again").setCreatedAt(TopologyHarness.START).build());
        topology.send(alone.setPairId("bad")
                .setKind(PairKind.UNDESIRABLE.text())
                .setChosen("")
                .setRejected("A dog.")
                .build());

        assertThat(topology.pairs()).hasSize(1);
        assertThat(topology.rejected()).hasSize(1);
        assertThat(topology.quarantined()).singleElement().satisfies(record -> assertThat(
                        record.value().getPair().getPairId())
                .isEqualTo("bad"));
    }

    @Test
    void anotherPromptOrAnotherPictureIsNoContradiction() {
        var topology = start(GateAction.QUARANTINE);
        topology.send(Pairs.good("a").setChosen("A dog.").setRejected("A cat.").build());
        var opposite = Pairs.good("b").setChosen("A cat.").setRejected("A dog.");
        topology.send(opposite.setPrompt(Pairs.prompt("Which is larger?")).build());
        topology.send(Pairs.good("c")
                .setChosen("A cat.")
                .setRejected("A dog.")
                .setImages(List.of(png(picture(5))))
                .build());

        assertThat(topology.quarantined()).isEmpty();
        assertThat(topology.pairs()).hasSize(3);
    }

    @Test
    void aPreferenceIsForgottenWhenTheWindowHasPassed() {
        var topology = start(GateAction.QUARANTINE);
        topology.send(Pairs.good("a").setChosen("A dog.").setRejected("A cat.").build());
        topology.send(
                Pairs.good("b").setChosen("A cat.").setRejected("A dog.").build(),
                TopologyHarness.START.plus(TopologyHarness.WINDOW));

        assertThat(topology.quarantined()).isEmpty();
    }

    @Test
    void ofASourceWhoseLongerAnswersWinThoseAreHeldBack() {
        var topology = start(GateAction.QUARANTINE);
        for (int i = 0; i < WINDOW; i++) {
            topology.send(lengths("long", "long-" + i, true));
            topology.send(lengths("mixed", "mixed-" + i, i % 2 == 0));
        }
        topology.send(lengths("long", "longer", true));
        topology.send(lengths("long", "shorter", false));
        topology.send(lengths("mixed", "other", true));

        assertThat(topology.quarantined())
                .extracting(record -> record.value().getPair().getPairId())
                .containsExactly("long-" + (WINDOW - 1), "longer");
        assertThat(topology.registry
                        .get("mdpo.gate.alarm")
                        .tags("gate", "length-bias", "source", "long")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(topology.registry
                        .get("mdpo.gate.alarm")
                        .tags("gate", "length-bias", "source", "mixed")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void picturesThatLookLikeOthersAreHeldBackOnceTheyAreManyAndTheSameFileNever() {
        var topology = start(GateAction.QUARANTINE);
        for (int i = 0; i < WINDOW; i++) {
            topology.send(about("first-" + i, png(picture(i))));
        }
        for (int i = 0; i < WINDOW; i++) {
            topology.send(about("same-" + i, png(picture(i))));
        }
        assertThat(topology.quarantined()).isEmpty();
        for (int i = 0; i < WINDOW; i++) {
            topology.send(about("again-" + i, encoded(picture(i), "jpg")));
        }

        var held = topology.quarantined();
        assertThat(held).hasSize(WINDOW - 9).allSatisfy(record -> {
            assertThat(record.value().getPair().getPairId()).startsWith("again-");
            assertThat(record.value().getGate()).isEqualTo("near-duplicates");
        });
        assertThat(topology.count("mdpo.gate.findings", "gate", "near-duplicates"))
                .isEqualTo(held.size());
    }

    @Test
    void aGateThatWatchesCountsAndHoldsNothingBack() {
        var topology = start(GateAction.WATCH);
        topology.send(Pairs.good("a").setChosen("A dog.").setRejected("A cat.").build());
        topology.send(Pairs.good("b").setChosen("A cat.").setRejected("A dog.").build());

        assertThat(topology.pairs()).hasSize(2);
        assertThat(topology.quarantined()).isEmpty();
        assertThat(topology.count("mdpo.gate.findings", "gate", "contradictions"))
                .isEqualTo(1);
        assertThat(topology.count("mdpo.gate.quarantined", "gate", "contradictions"))
                .isZero();
    }

    @Test
    void aGateThatIsOffSeesNothing() {
        var topology = start(GateAction.OFF);
        topology.send(Pairs.good("a").setChosen("A dog.").setRejected("A cat.").build());
        topology.send(Pairs.good("b").setChosen("A cat.").setRejected("A dog.").build());

        assertThat(topology.pairs()).hasSize(2);
        assertThat(topology.count("mdpo.gate.findings", "gate", "contradictions"))
                .isZero();
    }

    @Test
    void aHeldOutPairThatIsHeldBackKeepsItsDestination() {
        var topology = start(config(GateAction.QUARANTINE).withHeldoutShare(0.5));
        for (int i = 0; i < 20; i++) {
            var pair = about("right-" + i, png(picture(i)));
            topology.send(pair);
            topology.send(PreferencePair.newBuilder(pair)
                    .setPairId("reversed-" + i)
                    .setChosen(pair.getRejected())
                    .setRejected(pair.getChosen())
                    .build());
        }
        var heldOut = topology.heldOut().stream()
                .map(record -> record.value().getPairId())
                .toList();

        assertThat(heldOut).isNotEmpty().hasSizeLessThan(20).allMatch(id -> id.startsWith("right-"));
        assertThat(topology.quarantined()).hasSize(20).allSatisfy(record -> {
            var first = record.value().getPair().getPairId().replace("reversed", "right");
            assertThat(record.value().getDestination()).isEqualTo(heldOut.contains(first) ? "heldout-pairs" : "pairs");
        });
    }

    @Test
    void noProducerGetsPastTheGatesByAHeader() {
        var topology = start(GateAction.QUARANTINE);
        var released = new RecordHeaders().add(Finding.RELEASED, new byte[] {1});
        topology.send(
                "a".getBytes(StandardCharsets.UTF_8),
                topology.encode(Pairs.good("a").build()),
                TopologyHarness.START,
                released);

        assertThat(topology.pairs()).singleElement().satisfies(record -> assertThat(record.headers())
                .isEmpty());
    }

    private TopologyHarness start(GateAction action) {
        return start(config(action));
    }

    private TopologyHarness start(IngestConfig config) {
        var topology = new TopologyHarness(config);
        open = Optional.of(topology);
        return topology;
    }

    private IngestConfig config(GateAction action) {
        var gates = new GatesConfig(
                new ContradictionsConfig(action, Duration.ofMinutes(30)),
                new LengthBiasConfig(action, WINDOW, 0.9),
                new NearDuplicatesConfig(action, 4, 100, WINDOW, 0.5));
        return TopologyHarness.config(stateDir, Optional.empty()).withGates(gates);
    }

    private static PreferencePair lengths(String source, String id, boolean longer) {
        return Pairs.good(id)
                .setSource(source)
                .setChosen(longer ? "A dog and much more than that, " + id : "A dog, " + id)
                .setRejected("A cat and nothing more, " + id)
                .build();
    }

    /** Answers of one length. */
    private static PreferencePair about(String id, ByteBuffer picture) {
        return Pairs.good(id)
                .setImages(List.of(picture))
                .setChosen("A dog, " + id)
                .setRejected("A cat, " + id)
                .build();
    }

    private static BufferedImage picture(long seed) {
        var random = new Random(seed);
        var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            int grey = random.nextInt(256);
            for (int p = 0; p < 64; p++) {
                image.setRGB(i % 8 * 8 + p % 8, i / 8 * 8 + p / 8, grey << 16 | grey << 8 | grey);
            }
        }
        return image;
    }

    private static ByteBuffer png(BufferedImage image) {
        return encoded(image, "png");
    }

    private static ByteBuffer encoded(BufferedImage image, String format) {
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }
}

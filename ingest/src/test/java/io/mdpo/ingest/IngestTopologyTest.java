package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.image.Images;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.internals.ExceptionHandlerUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTopologyTest {
    @TempDir
    private Path stateDir;

    private TopologyHarness topology;

    @BeforeEach
    void start() {
        topology = new TopologyHarness(stateDir, Optional.empty());
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void aGoodPairGoesOnUnderItsIdWithItsTimeAndHeaders() {
        var pair = Pairs.good("a").build();
        var trace = new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8));

        topology.send("a".getBytes(UTF_8), topology.encode(pair), TopologyHarness.START, trace);

        assertThat(topology.rejected()).isEmpty();
        assertThat(topology.pairs()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("a".getBytes(UTF_8));
            assertThat(record.value()).isEqualTo(pair);
            assertThat(record.getRecordTime()).isEqualTo(TopologyHarness.START);
            assertThat(record.headers()).extracting(Header::key).containsExactly("traceparent");
        });
    }

    @Test
    void aReferencedImageIsInlineAfterIngestAndADuplicateKeepsTheReference(@TempDir Path folder) throws IOException {
        var image = Images.png();
        Files.write(folder.resolve("in.png"), image);
        try (var topology = new TopologyHarness(stateDir.resolve("other"), Optional.of(folder))) {
            var first = Pairs.good("a")
                    .setImages(List.of(new ImageReference("file:in.png", DigestUtils.sha256Hex(image))))
                    .build();
            var second = PreferencePair.newBuilder(first).setPairId("second").build();
            topology.send(first);
            topology.send(second);

            assertThat(topology.pairs()).singleElement().satisfies(record -> assertThat(
                            record.value().getImages())
                    .containsExactly(ByteBuffer.wrap(image)));
            assertThat(topology.rejected()).singleElement().satisfies(record -> {
                assertThat(record.value().getReason()).isEqualTo("DUPLICATE_CONTENT");
                assertThat(record.value().getOriginal()).isEqualTo(ByteBuffer.wrap(topology.encode(second)));
            });
        }
    }

    @Test
    void textsAreNormalisedToNfcLineFeedsAndNoSurroundingSpace() {
        topology.send(Pairs.good("a")
                .setPrompt(Pairs.prompt("\u00A0 Cafe\u0301?\r\nWhere?\rHere. \n".replace('\u00A0', '\u2003')))
                .setChosen(" A\u030Angstro\u0308m ")
                .build());

        assertThat(topology.pairs()).singleElement().satisfies(record -> {
            assertThat(record.value().getPrompt()).isEqualTo(Prompts.user("Caf\u00E9?\nWhere?\nHere."));
            assertThat(record.value().getChosen()).isEqualTo("\u00C5ngstr\u00F6m");
        });
    }

    @Test
    void pairsKeepTheOrderOfTheirPartition() {
        var ids = IntStream.range(0, 50).mapToObj(i -> "pair-" + i).toList();

        ids.forEach(id -> topology.send(Pairs.good(id).build()));

        assertThat(topology.pairs())
                .extracting(record -> record.value().getPairId())
                .containsExactlyElementsOf(ids);
    }

    @Test
    void everyRecordLeavesExactlyOnceAndIsCounted() {
        var good = Pairs.good("a").build();
        topology.send(good);
        topology.send(good);
        topology.send(Pairs.good("b").setChosen(good.getChosen()).build());
        topology.send(Pairs.good("c").setRejected(" ").build());
        topology.send(null, null, TopologyHarness.START, new RecordHeaders());
        topology.send(Pairs.good("d").build());

        assertThat(topology.pairs())
                .extracting(record -> record.value().getPairId())
                .containsExactly("a", "d");
        assertThat(topology.rejected())
                .extracting(record ->
                        record.value().getReason() + " " + record.value().getOffset())
                .containsExactlyInAnyOrder(
                        "DUPLICATE_PAIR_ID 1", "DUPLICATE_CONTENT 2", "EMPTY_REJECTED 3", "UNDECODABLE_RECORD 4");
        assertThat(topology.count("mdpo.ingest.pairs")).isEqualTo(2);
        for (var reason : List.of("DUPLICATE_PAIR_ID", "DUPLICATE_CONTENT", "EMPTY_REJECTED", "UNDECODABLE_RECORD")) {
            assertThat(topology.count("mdpo.ingest.rejected", "reason", reason)).isEqualTo(1);
        }
    }

    /** One text, liked, disliked, and better than another: three things to learn, and the fourth is the first again. */
    @Test
    void singleAnswersPassAndWhetherOneIsGoodOrBadBelongsToItsContent() {
        topology.send(Pairs.good("a").setChosen("A dog.").build());
        topology.send(Pairs.good("b")
                .setKind("desirable")
                .setChosen("A dog.")
                .setRejected(" \r\n")
                .build());
        topology.send(Pairs.good("c")
                .setKind("undesirable")
                .setChosen("")
                .setRejected("A dog.")
                .build());
        topology.send(Pairs.good("d")
                .setKind("desirable")
                .setChosen(" A dog.")
                .setRejected("")
                .build());

        assertThat(topology.pairs())
                .extracting(record -> record.value().getPairId() + " "
                        + record.value().getKind() + " " + record.value().getChosen() + "|"
                        + record.value().getRejected())
                .containsExactlyInAnyOrder("a pair A dog.|A cat.", "b desirable A dog.|", "c undesirable |A dog.");
        assertThat(topology.rejected())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getMessage()).contains("pair 'b'"));
    }

    @Test
    void aSecondPairWithTheSameIdIsRefusedAndTheMessageNamesTheFirst() {
        topology.send(Pairs.good("a").build());
        topology.pairs();

        var letter = topology.refusal(Pairs.good("a").setChosen("Another.").build());

        assertThat(letter.getReason()).isEqualTo(RejectionReason.DUPLICATE_PAIR_ID.name());
        assertThat(letter.getMessage()).contains("test.raw-pairs-0 at offset 0");
    }

    @Test
    void contentThatIsTheSameAfterNormalisationIsRefusedWithTheOriginalBytes() {
        topology.send(Pairs.good("a").setChosen("Caf\u00E9").build());
        topology.pairs();
        var again = Pairs.good("b").setChosen(" Cafe\u0301\r\n").build();
        var headers = new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8));

        topology.send("b".getBytes(UTF_8), topology.encode(again), TopologyHarness.START, headers);

        var record = topology.rejected().get(0);
        var letter = record.value();
        assertThat(letter.getReason()).isEqualTo(RejectionReason.DUPLICATE_CONTENT.name());
        assertThat(letter.getPairId()).isEqualTo("b");
        assertThat(letter.getMessage()).contains("'a'");
        assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(topology.encode(again)));
        assertThat(letter.getOriginalKey()).isEqualTo(ByteBuffer.wrap("b".getBytes(UTF_8)));
        assertThat(letter.getTopic()).isEqualTo("test.raw-pairs");
        assertThat(letter.getPartition()).isZero();
        assertThat(letter.getOffset()).isEqualTo(1);
        assertThat(record.key()).isEqualTo("b".getBytes(UTF_8));
        assertThat(text(record.headers(), "traceparent")).isEqualTo("00-1-2-01");
        assertThat(record.headers()).noneMatch(header -> header.key().startsWith(HeaderFields.ORIGIN));
    }

    @Test
    void anotherImageOrPromptOrAnswerIsOtherContent() {
        topology.send(Pairs.good("a").setChosen("One.").build());
        topology.send(Pairs.good("b").setChosen("Two.").build());
        topology.send(Pairs.good("c").setChosen("One.").setRejected("Two.").build());
        topology.send(Pairs.good("d")
                .setChosen("One.")
                .setPrompt(Pairs.prompt("What?"))
                .build());
        topology.send(Pairs.good("e")
                .setChosen("One.")
                .setImages(List.of(ByteBuffer.wrap(Images.noise("png", 2))))
                .build());

        assertThat(topology.pairs()).hasSize(5);
    }

    /** With corruption.kind = given these are other lessons; a part's place is part of the prompt. */
    @Test
    void anotherCorruptedImageOrOtherPartsAreOtherContent() {
        var one = ByteBuffer.wrap(Images.png());
        var two = ByteBuffer.wrap(Images.noise("png", 2));
        var none = ByteBuffer.allocate(0);
        topology.send(same("a").build());
        topology.send(same("b").setCorruptedImages(List.of(one)).build());
        topology.send(same("c").setCorruptedImages(List.of(two)).build());
        topology.send(same("d").setImages(List.of(two, one)).build());
        topology.send(same("e")
                .setImages(List.of(two, one))
                .setCorruptedImages(List.of(none, one))
                .build());
        topology.send(same("f")
                .setImages(List.of(two, one))
                .setCorruptedImages(List.of(one, none))
                .build());
        topology.send(same("g")
                .setPrompt(parts(Prompts.text("What is"), Prompts.text("this?")))
                .build());
        topology.send(same("h").setPrompt(parts(Prompts.text("What isthis?"))).build());
        topology.send(same("i")
                .setPrompt(parts(Prompts.image(), Prompts.text("What isthis?")))
                .build());
        topology.send(same("j")
                .setPrompt(parts(Prompts.text("What isthis?"), Prompts.image()))
                .build());

        assertThat(topology.pairs()).hasSize(10);
        assertThat(topology.rejected()).isEmpty();
    }

    @Test
    void aPairAboutTextAlonePasses() {
        topology.send(Pairs.good("a").setImages(List.of()).build());

        assertThat(topology.pairs())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getImages()).isEmpty());
    }

    @Test
    void whiteSpaceGoesAroundAMessageAndStaysWithinIt() {
        topology.send(Pairs.good("a")
                .setPrompt(parts(
                        Prompts.text(" "),
                        Prompts.text(" Look at "),
                        Prompts.image(),
                        Prompts.text(""),
                        Prompts.text(" here\r\n")))
                .build());

        assertThat(topology.pairs()).singleElement().satisfies(record -> assertThat(
                        record.value().getPrompt().get(0).getContent())
                .containsExactly(Prompts.text("Look at "), Prompts.image(), Prompts.text(" here")));
    }

    private static PreferencePair.Builder same(String id) {
        return Pairs.good(id).setChosen("One.");
    }

    private static List<Message> parts(Part... parts) {
        return List.of(new Message("user", List.of(parts)));
    }

    @Test
    void anIdAndAContentAreFreeAgainWhenTheWindowHasPassed() {
        var pair = Pairs.good("a").build();
        var end = TopologyHarness.START.plus(TopologyHarness.WINDOW);
        topology.send(pair);
        topology.send(pair, end.minusMillis(1));
        assertThat(topology.pairs()).hasSize(1);
        assertThat(topology.rejected()).hasSize(1);

        topology.send(pair, end);

        assertThat(topology.pairs()).hasSize(1);
        assertThat(topology.rejected()).isEmpty();
    }

    @Test
    void aLateDuplicateIsFoundToo() {
        topology.send(Pairs.good("new").build());
        var late = Pairs.good("late").build();
        var longAgo = TopologyHarness.START.minus(Duration.ofDays(30));
        topology.send(late, longAgo);
        topology.send(late, longAgo);

        assertThat(topology.pairs()).hasSize(2);
        assertThat(topology.rejected())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getReason()).isEqualTo("DUPLICATE_PAIR_ID"));
    }

    @Test
    void aRepairedPairMayBeSentAgainUnderItsId() {
        topology.send(Pairs.good("a").setChosen("").build());
        var letter = topology.rejected().get(0);
        var repaired = Pairs.good("a").build();

        topology.send("a".getBytes(UTF_8), topology.encode(repaired), TopologyHarness.START, letter.headers());

        assertThat(topology.pairs()).singleElement().satisfies(record -> {
            assertThat(record.value()).isEqualTo(repaired);
            assertThat(record.headers()).isEmpty();
        });
    }

    @Test
    void aDeadLetterCarriesTheHeadersThatKafkaStreamsWrites() {
        topology.send("k".getBytes(UTF_8), new byte[] {1, 2, 3}, TopologyHarness.START, new RecordHeaders());

        var record = topology.rejected().get(0);
        assertThat(text(record.headers(), "__streams.errors.exception")).isEqualTo("UNDECODABLE_RECORD");
        assertThat(text(record.headers(), "__streams.errors.message"))
                .isEqualTo(record.value().getMessage());
        assertThat(text(record.headers(), "__streams.errors.topic")).isEqualTo("test.raw-pairs");
        assertThat(text(record.headers(), "__streams.errors.partition")).isEqualTo("0");
        assertThat(text(record.headers(), "__streams.errors.offset")).isEqualTo("0");
        assertThat(text(record.headers(), "__streams.errors.stacktrace"))
                .isEqualTo("UNDECODABLE_RECORD: %s\n\tat ingest"
                        .formatted(record.value().getMessage()));
        assertThat(record.value().getTimestamp()).isEqualTo(TopologyHarness.START);
    }

    /** Internal constants of Kafka: if a release renames them, our letters follow. */
    @Test
    void theHeadersHaveTheNamesThatKafkaStreamsGivesThem() {
        assertThat(DeadLetterHeaders.EXCEPTION).isEqualTo(ExceptionHandlerUtils.HEADER_ERRORS_EXCEPTION_NAME);
        assertThat(DeadLetterHeaders.MESSAGE).isEqualTo(ExceptionHandlerUtils.HEADER_ERRORS_EXCEPTION_MESSAGE_NAME);
        assertThat(DeadLetterHeaders.STACKTRACE).isEqualTo(ExceptionHandlerUtils.HEADER_ERRORS_STACKTRACE_NAME);
        assertThat(DeadLetterHeaders.TOPIC).isEqualTo(ExceptionHandlerUtils.HEADER_ERRORS_TOPIC_NAME);
        assertThat(DeadLetterHeaders.PARTITION).isEqualTo(ExceptionHandlerUtils.HEADER_ERRORS_PARTITION_NAME);
        assertThat(DeadLetterHeaders.OFFSET).isEqualTo(ExceptionHandlerUtils.HEADER_ERRORS_OFFSET_NAME);
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), UTF_8);
    }
}

package io.mdpo.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.image.Images;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw records in JSON, with and without a key, through the topology. */
class JsonTopologyTest {
    private static final String IMAGE =
            "data:image/png;base64," + Base64.getEncoder().encodeToString(Images.png());

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
    void withoutKeyAndIdAPairGoesOnUnderTheIdOfItsContentAndItsTimeIsTheRecords() {
        send(null, json("A dog.", ""));

        assertThat(topology.rejected()).isEmpty();
        assertThat(topology.pairs()).singleElement().satisfies(record -> {
            assertThat(record.value().getPairId()).matches("[0-9a-f]{64}");
            assertThat(record.key()).isEqualTo(record.value().getPairId().getBytes(UTF_8));
            assertThat(record.value().getImages()).isEqualTo(List.of(ByteBuffer.wrap(Images.png())));
            assertThat(record.value().getChosen()).isEqualTo("A dog.");
            assertThat(record.value().getCreatedAt()).isEqualTo(TopologyHarness.START);
        });
    }

    @Test
    void whatIsSentTwiceWithoutKeyAndIdIsADuplicateAndKeepsItsBytesAndNoKey() {
        send(null, json("A dog.", ""));
        send(null, json("A dog.", ",\"source\":\"again\""));

        assertThat(topology.pairs()).hasSize(1);
        assertThat(topology.rejected()).singleElement().satisfies(record -> {
            assertThat(record.value().getReason()).isEqualTo("DUPLICATE_PAIR_ID");
            assertThat(record.value().getOriginalKey()).isNull();
            assertThat(record.value().getOriginal())
                    .isEqualTo(ByteBuffer.wrap(
                            json("A dog.", ",\"source\":\"again\"").getBytes(UTF_8)));
        });
    }

    @Test
    void theKeyIsTheIdOfAPairThatHasNone() {
        send("pair-1", json("A dog.", ""));

        assertThat(topology.pairs())
                .singleElement()
                .satisfies(record -> assertThat(record.value().getPairId()).isEqualTo("pair-1"));
    }

    @Test
    void anIdOfItsOwnNeedsTheSameKey() {
        send(null, json("A dog.", ",\"id\":\"a\""));
        send("b", json("A dog.", ",\"id\":\"a\""));
        send("a", json("A dog.", ",\"id\":\"a\""));

        assertThat(topology.rejected())
                .extracting(record ->
                        record.value().getReason() + " " + record.value().getOffset())
                .containsExactly("KEY_MISMATCH 0", "KEY_MISMATCH 1");
        assertThat(topology.pairs()).hasSize(1);
    }

    @Test
    void theSameContentInJsonAndInAvroIsADuplicate() {
        var pair = Pairs.good("avro").build();
        topology.send(pair);
        send("json", json(pair.getChosen(), ""));

        assertThat(topology.pairs()).hasSize(1);
        assertThat(topology.rejected()).singleElement().satisfies(record -> {
            assertThat(record.value().getReason()).isEqualTo("DUPLICATE_CONTENT");
            assertThat(record.value().getPairId()).isEqualTo("json");
            assertThat(record.value().getMessage()).contains("'avro'");
        });
    }

    @Test
    void aReferenceInJsonIsResolvedAndItsPairKeepsItsId(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("in.png"), Images.png());
        var reference = "{\"uri\":\"file:in.png\",\"sha256\":\"" + DigestUtils.sha256Hex(Images.png()) + "\"}";
        send(null, json("A dog.", ""));
        var inline = topology.pairs().get(0).value();
        try (var other = new TopologyHarness(stateDir.resolve("other"), Optional.of(folder))) {
            var json = json("A dog.", "").replace("\"" + IMAGE + "\"", reference);
            other.send(null, json.getBytes(UTF_8), TopologyHarness.START, new RecordHeaders());

            assertThat(other.pairs()).singleElement().satisfies(record -> assertThat(record.value())
                    .isEqualTo(inline));
        }
    }

    @Test
    void headersOfTracesAndCloudEventsStay() {
        var headers = new RecordHeaders()
                .add("traceparent", "00-1-2-01".getBytes(UTF_8))
                .add("tracestate", "a=b".getBytes(UTF_8))
                .add("ce_id", "7".getBytes(UTF_8));

        topology.send(null, json("A dog.", "").getBytes(UTF_8), TopologyHarness.START, headers);

        assertThat(topology.pairs()).singleElement().satisfies(record -> assertThat(record.headers())
                .extracting(Header::key)
                .containsExactly("traceparent", "tracestate", "ce_id"));
    }

    @Test
    void aWrongRecordNamesWhatWasExpected() {
        send(null, "{\"prompt\":\"Q\",\"chosen\":\"A\"}");
        send(null, "hello");

        assertThat(topology.rejected())
                .extracting(record -> record.value().getMessage())
                .containsExactly(
                        "$.rejected is missing: expected an answer",
                        "the value starts with 68 65 6C 6C 6F: it has to be Avro in single-object encoding (C3 01), Avro"
                                + " in the Confluent wire format (00) or a JSON object ({)");
    }

    private void send(@Nullable String key, String json) {
        topology.send(
                key == null ? null : key.getBytes(UTF_8),
                json.getBytes(UTF_8),
                TopologyHarness.START,
                new RecordHeaders());
    }

    private static String json(String chosen, String more) {
        return """
                {"images": ["%s"], "prompt": "Describe the picture.", "chosen": "%s", "rejected": "A cat."%s}""".formatted(IMAGE, chosen, more);
    }
}

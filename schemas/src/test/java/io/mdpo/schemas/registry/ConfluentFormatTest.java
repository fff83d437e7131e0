package io.mdpo.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.operator.OutageException;
import io.mdpo.operator.SettingException;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfluentFormatTest {
    private static final AvroSerde<PreferencePair> SERDE = AvroSerde.of(PreferencePair.class);
    private static final PreferencePair PAIR = PreferencePair.newBuilder()
            .setPairId("pair-1")
            .setImages(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})))
            .setPrompt(Prompts.user("What is this?"))
            .setChosen("A dot.")
            .setRejected("A dog.")
            .setCreatedAt(Instant.ofEpochMilli(1_700_000_000_000L))
            .build();
    private static final String OURS = schema(PreferencePair.getClassSchema());

    private StubRegistry registry;
    private ConfluentFormat format;

    @BeforeEach
    void start() throws IOException {
        registry = new StubRegistry();
        format = format(registry.settings());
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static ConfluentFormat format(Map<String, String> settings) {
        return ConfluentFormat.of(settings).orElseThrow();
    }

    @Test
    void aRecordGoesOutBehindItsSchemasIdAndComesBackByteForByte() {
        var bytes = SERDE.encode(PAIR);
        registry.answer(200, "{\"id\":258}");
        var wire = format.write("mdpo.pairs", bytes);

        assertThat(wire).startsWith(0, 0, 0, 1, 2).endsWith(Arrays.copyOfRange(bytes, 10, bytes.length));
        assertThat(wire).hasSize(bytes.length - 5);
        assertThat(registry.requests).containsExactly("POST /subjects/mdpo.pairs-value/versions");

        registry.answer(200, OURS);
        assertThat(format(registry.settings()).read(wire)).isEqualTo(bytes);
        assertThat(registry.requests).endsWith("GET /schemas/ids/258");
    }

    @Test
    void anIdIsAskedForOnceForEachSubject() {
        registry.answer(200, "{\"id\":1}");
        for (var topic : List.of("a", "a", "b", "a")) {
            format.write(topic, SERDE.encode(PAIR));
        }

        assertThat(registry.requests)
                .containsExactly("POST /subjects/a-value/versions", "POST /subjects/b-value/versions");
    }

    @Test
    void whatIsNotInSingleObjectEncodingIsWrittenAsItIs() {
        var json = "{\"prompt\":\"Q\"}".getBytes(UTF_8);

        assertThat(format.write("a", json)).isSameAs(json);
        assertThat(format.read(json)).isSameAs(json);
        assertThat(registry.requests).isEmpty();
        assertThat(ConfluentFormat.serializer(registry.settings()).serialize("a", null))
                .isNull();
    }

    /** As a producer in another language has it: another name, fewer fields, and one that we do not know. */
    @Test
    void aRecordOfAnotherSchemaIsResolvedToOurs() throws IOException {
        var part = SchemaBuilder.record("part")
                .fields()
                .requiredString("type")
                .requiredString("text")
                .endRecord();
        var message = SchemaBuilder.record("message")
                .fields()
                .requiredString("role")
                .name("content")
                .type()
                .array()
                .items(part)
                .noDefault()
                .endRecord();
        var theirs = SchemaBuilder.record("pair")
                .fields()
                .requiredString("note")
                .requiredString("chosen")
                .requiredString("rejected")
                .requiredString("pairId")
                .name("prompt")
                .type()
                .array()
                .items(message)
                .noDefault()
                .requiredLong("createdAt")
                .endRecord();
        var text = new GenericRecordBuilder(part)
                .set("type", "text")
                .set("text", "Q")
                .build();
        var record = new GenericRecordBuilder(theirs)
                .set("note", "n")
                .set("chosen", "A")
                .set("rejected", "B")
                .set("pairId", "p")
                .set("createdAt", 7L)
                .set(
                        "prompt",
                        List.of(new GenericRecordBuilder(message)
                                .set("role", "user")
                                .set("content", List.of(text))
                                .build()))
                .build();
        registry.answer(200, schema(theirs));

        assertThat(format.decode(SERDE, wire(5, record)))
                .isEqualTo(PreferencePair.newBuilder()
                        .setPairId("p")
                        .setPrompt(Prompts.user("Q"))
                        .setChosen("A")
                        .setRejected("B")
                        .setCreatedAt(Instant.ofEpochMilli(7))
                        .build());
        assertThat(format.read(wire(5, record)))
                .as("unchanged, no schema of ours wrote it")
                .startsWith(0, 0, 0, 0, 5);
        assertThat(registry.requests).hasSize(1);
    }

    @Test
    void aSchemaThatIsNotThereOrNoneOfAvrosIsTheRecordsFault() {
        var wire = new byte[] {0, 0, 0, 0, 9, 1};
        registry.answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}")
                .answer(404, "{\"error_code\":40403}")
                .answer(200, "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}")
                .answer(200, "{\"schema\":\"not a schema\"}")
                .answer(200, "{\"schema\":\"\\\"string\\\"\",\"references\":[{\"name\":\"x\"}]}");

        assertThat(format.read(wire)).isSameAs(wire);
        for (var expected : List.of("no schema of id 9", "of type JSON", "none of Avro's", "refers to others")) {
            assertThatThrownBy(() -> format.decode(SERDE, wire))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining(expected);
        }
    }

    @Test
    void aSchemaThatDoesNotResolveAndABodyThatEndsEarlyAreTheRecordsFault() {
        registry.answer(
                200,
                schema(SchemaBuilder.record("pair")
                        .fields()
                        .requiredString("pairId")
                        .endRecord()));
        assertThatThrownBy(() -> format.decode(SERDE, new byte[] {0, 0, 0, 0, 9, 2, 'p'}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("missing required field");

        registry.answer(200, OURS).answer(200, OURS);
        assertThatThrownBy(() -> format(registry.settings()).decode(SERDE, new byte[] {0, 0, 0, 0, 9, 2}))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void aRegistryThatIsBusyIsAskedAgain() {
        registry.answer(503, "").answer(500, "").answer(200, "{\"id\":3}");

        assertThat(format.write("a", SERDE.encode(PAIR))).startsWith(0, 0, 0, 0, 3);
        assertThat(registry.requests).hasSize(3);
    }

    @Test
    void aRegistryThatIsDownIsAnOutageAndNoRecordsFault() {
        registry.close();

        assertThatThrownBy(() -> format.read(new byte[] {0, 0, 0, 0, 9, 1}))
                .isInstanceOf(OutageException.class)
                .hasMessageContaining("has not answered for 1 s")
                .hasMessageContaining("kafka.schema.registry.url");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 409, 422, 302})
    void aRegistryThatRefusesIsNotAskedAgain(int status) {
        registry.answer(status, "<html>no</html>");

        assertThatThrownBy(() -> format.write("a", SERDE.encode(PAIR)))
                .isInstanceOf(OutageException.class)
                .hasMessageContaining("status " + status);
        assertThat(registry.requests).hasSize(1);
    }

    @Test
    void anAnswerWithoutEndIsCutOff() {
        registry.answer(200, "{\"schema\":\"" + "x".repeat(1 << 20) + "\"}");

        assertThatThrownBy(() -> format.read(new byte[] {0, 0, 0, 0, 9, 1}))
                .isInstanceOf(OutageException.class)
                .hasMessageContaining("more than 262144 bytes");
    }

    @Test
    void onlySoManySchemasAreRemembered() {
        registry.answer(200, OURS);
        for (int id = 0; id <= 100; id++) {
            format.read(new byte[] {0, 0, 0, 0, (byte) id, 1});
        }
        format.read(new byte[] {0, 0, 0, 0, 100, 1});
        assertThat(registry.requests).hasSize(101);

        format.read(new byte[] {0, 0, 0, 0, 0, 1});
        assertThat(registry.requests).hasSize(102);
    }

    @Test
    void loginsGoAlongAndASchemaIsOnlyLookedUpWhereRegisteringIsOff() {
        registry.answer(200, "{\"id\":1}");
        format(registry.settings("basic.auth.user.info", "me:secret")).write("a", SERDE.encode(PAIR));
        format(registry.settings("bearer.auth.token", "t", "auto.register.schemas", "false"))
                .write("a", SERDE.encode(PAIR));

        assertThat(registry.logins).containsExactly("Basic bWU6c2VjcmV0", "Bearer t");
        assertThat(registry.requests).containsExactly("POST /subjects/a-value/versions", "POST /subjects/a-value");

        registry.answer(404, "{\"error_code\":40403}").answer(404, "{\"error_code\":40403}");
        assertThatThrownBy(() -> format(registry.settings("auto.register.schemas", "false"))
                        .write("a", SERDE.encode(PAIR)))
                .isInstanceOf(OutageException.class)
                .hasMessageContaining("does not have the schema of PreferencePair below subject a-value");
    }

    @Test
    void settingsThatCannotBeUsedAreNamed() {
        assertThat(ConfluentFormat.of(Map.of())).isEmpty();
        refused("kafka.schema.registry.url names", "schema.registry.url", "registry:8081");
        refused("kafka.schema.registry.url holds a login", "schema.registry.url", "http://me:secret@registry");
        refused("kafka.basic.auth.credentials.source is 'SASL", "basic.auth.credentials.source", "SASL_INHERIT");
        refused("kafka.schema.registry.patience.ms is '1d'", "schema.registry.patience.ms", "1d");
        refused("give one", "basic.auth.user.info", "a:b", "bearer.auth.token", "t");
        refused(
                "kafka.schema.registry.ssl.* cannot be used",
                "schema.registry.ssl.truststore.location",
                "/nowhere.jks",
                "schema.registry.ssl.truststore.password",
                "x");
    }

    private void refused(String message, String... settings) {
        assertThatThrownBy(() -> ConfluentFormat.of(registry.settings(settings)))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining(message);
    }

    private static String schema(Schema schema) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("schema", schema.toString())
                .toString();
    }

    private static byte[] wire(int id, GenericRecord record) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 0, 0, 0, (byte) id});
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}

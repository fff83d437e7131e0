package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.ingest.IngestService;
import io.mdpo.operator.OutageException;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.registry.ConfluentFormat;
import io.mdpo.scorer.service.ScorerService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three encodings in and two out, with a real registry server, and with the tools and libraries that others use. */
@Timeout(240)
class RegistryIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final String URL = "schema.registry.url";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Headers that are somebody else's and have to stay. */
    private static final Map<String, String> HEADERS =
            Map.of("traceparent", "00-1-2-01", "tracestate", "a=b", "ce_id", "7", "ce_source", "shop");

    @TempDir
    private static Path temp;

    private static TestBroker broker;
    private static Apicurio registry;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        broker = TestBroker.start(temp.resolve("broker"));
        registry = Apicurio.start(temp.resolve("apicurio.log"));
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    private static KafkaFixture fixture(String registryUrl) {
        return new KafkaFixture(settings(Map.of(URL, registryUrl, "schema.registry.patience.ms", "1000")), 1);
    }

    /** With a short session, so that a restarted ingest has its partitions soon. */
    private static Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("session.timeout.ms", "6000");
        settings.put("heartbeat.interval.ms", "1500");
        return settings;
    }

    /** What a pair says, whatever it is called and wherever it comes from. */
    private static PreferencePair content(PreferencePair pair) {
        return PreferencePair.newBuilder(pair)
                .setPairId("any")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    private static PreferencePair expected() {
        return PreferencePair.newBuilder()
                .setPairId("any")
                .setImages(List.of(TinyImages.png()))
                .setPrompt(Prompts.user("What is this?"))
                .setChosen("A dot.")
                .setRejected("A dog.")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    /** What produces one raw record. */
    @FunctionalInterface
    private interface Producer {
        void produce(KafkaFixture fixture) throws Exception;
    }

    /** What else is to be seen once the pair is scored. */
    @FunctionalInterface
    private interface Look {
        void at(KafkaFixture fixture) throws Exception;
    }

    /** Lets ingest and scorer work until the pair is scored, and returns it as it stands in {@code pairs}. */
    private PreferencePair through(Producer producer, Look look) throws Exception {
        try (var fixture = fixture(registry.url());
                var ingest = new IngestService(
                        StandInPipeline.ingestConfig(fixture, folder.resolve(fixture.prefix)),
                        new SimpleMeterRegistry());
                var scorer = new ScorerService(
                        StandInPipeline.scorerConfig(fixture), new ConstantScorer(), new SimpleMeterRegistry())) {
            producer.produce(fixture);
            var ends = List.of(Background.start(ingest::run), Background.start(scorer::run));
            await().atMost(PATIENCE)
                    .failFast("a service failed", () -> ends.stream().anyMatch(end -> end.isDone()))
                    .until(() -> !fixture.read(Topic.SCORED_PAIRS).isEmpty());
            look.at(fixture);
            var pair = fixture.read(Topic.PAIRS).get(0);
            assertThat(pair.value()).startsWith(0);
            return ConfluentFormat.of(fixture.kafka).orElseThrow().decode(PAIR, pair.value());
        }
    }

    @Test
    void onePairIsTheSameInEachEncodingAndKeepsItsHeaders() throws Exception {
        var json = """
                {"images": ["data:image/png;base64,%s"], "prompt": "What is this?", "chosen": "A dot.", "rejected": "A dog."}""".formatted(
                        Base64.getEncoder().encodeToString(TinyImages.png().array()));
        var named = PreferencePair.newBuilder(expected()).setPairId("pair-1").build();

        for (var value : List.of(json.getBytes(UTF_8), PAIR.encode(named), foreign())) {
            var key = value[0] == '{' ? null : "pair-1".getBytes(UTF_8);
            var pair = through(fixture -> fixture.sendRaw(Topic.RAW_PAIRS, key, value, HEADERS), fixture -> {
                for (var topic : List.of(Topic.PAIRS, Topic.SCORED_PAIRS)) {
                    var record = fixture.read(topic).get(0);
                    HEADERS.forEach((name, text) ->
                            assertThat(KafkaFixture.header(record, name)).isEqualTo(text));
                }
            });

            assertThat(content(pair)).isEqualTo(expected());
        }
    }

    /** The Confluent wire format as another program writes it: a schema of its own, registered by HTTP. */
    private static byte[] foreign() throws Exception {
        var part = SchemaBuilder.record("Part")
                .fields()
                .requiredString("type")
                .requiredString("text")
                .endRecord();
        var message = SchemaBuilder.record("Message")
                .fields()
                .requiredString("role")
                .name("content")
                .type(Schema.createArray(part))
                .noDefault()
                .endRecord();
        var schema = SchemaBuilder.record("Pair")
                .fields()
                .requiredString("pairId")
                .name("images")
                .type(Schema.createArray(Schema.create(Schema.Type.BYTES)))
                .noDefault()
                .name("prompt")
                .type(Schema.createArray(message))
                .noDefault()
                .requiredString("chosen")
                .requiredString("rejected")
                .requiredLong("createdAt")
                .requiredString("campaign")
                .endRecord();
        var answer = registry.post(
                "/subjects/elsewhere-value/versions",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("schema", schema.toString())
                        .toString());
        var text = new GenericRecordBuilder(part)
                .set("type", "text")
                .set("text", "What is this?")
                .build();
        var user = new GenericRecordBuilder(message)
                .set("role", "user")
                .set("content", List.of(text))
                .build();
        var pair = new GenericRecordBuilder(schema)
                .set("pairId", "pair-1")
                .set("images", List.of(TinyImages.png()))
                .set("prompt", List.of(user))
                .set("chosen", "A dot.")
                .set("rejected", "A dog.")
                .set("createdAt", 0L)
                .set("campaign", "spring")
                .build();
        var bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4)
                .putInt(new ObjectMapper().readTree(answer).get("id").intValue())
                .array());
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(pair, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    @Test
    void aScoredPairIsReadWithTheSchemaThatTheRegistryHasForIt() throws Exception {
        through(
                fixture -> fixture.send(Topic.RAW_PAIRS, 0, 1, "good", PAIR.encode(TestPairs.good("good"))),
                fixture -> {
                    var scored = generic(fixture.read(Topic.SCORED_PAIRS).get(0));
                    assertThat(scored.getSchema().getFullName()).isEqualTo("io.mdpo.schemas.avro.ScoredPair");
                    assertThat(((GenericRecord) scored.get("pair")).get("chosen"))
                            .hasToString("a cat, good");
                    assertThat(registry.get("/subjects"))
                            .contains("\"%s-value\"".formatted(Topic.SCORED_PAIRS.name(fixture.prefix)));
                });
    }

    private static GenericRecord generic(ConsumerRecord<byte[], byte[]> record) throws Exception {
        var value = ByteBuffer.wrap(record.value());
        assertThat(value.get()).isZero();
        var answer = registry.get("/schemas/ids/" + value.getInt());
        var schema = new Schema.Parser()
                .parse(new ObjectMapper().readTree(answer).get("schema").textValue());
        var body = DecoderFactory.get().binaryDecoder(record.value(), 5, record.value().length - 5, null);
        return new GenericDatumReader<GenericRecord>(schema).read(null, body);
    }

    /** The code is that of the documents. */
    @Test
    void kcatAndTwoPythonLibrariesProduceTheSamePairAndAStockConsumerReadsItScored() throws Exception {
        RequiredTool.require("kcat");
        RequiredTool.requirePython();

        for (var word : List.of("kcat -P", "AvroSerializer", "schemaless_writer")) {
            var pair = through(fixture -> run(fixture, DocumentedCode.of(word)), fixture -> assertThat(
                            run(fixture, DocumentedCode.of("AvroDeserializer")))
                    .contains("A dot. [-1.0, -2.0] " + TestPairs.REFERENCE_ID));

            assertThat(content(pair)).as(word).isEqualTo(expected());
        }
    }

    private String run(KafkaFixture fixture, String documented) throws Exception {
        var picture =
                Files.write(folder.resolve("picture.png"), TinyImages.png().array());
        var code = documented
                .replace("localhost:9092", broker.bootstrapServers())
                .replace("http://localhost:8081", registry.url())
                .replace("picture.png", picture.toString())
                .replace("mdpo.raw-pairs", Topic.RAW_PAIRS.name(fixture.prefix))
                .replace("mdpo.scored-pairs", Topic.SCORED_PAIRS.name(fixture.prefix))
                .replace("\"reader\"", "\"reader-" + fixture.prefix + "\"");
        var command =
                code.contains("import") ? List.of(RequiredTool.python(), "-c", code) : List.of("bash", "-c", code);
        var process = new ProcessBuilder(command)
                .directory(Path.of(System.getProperty("mdpo.home"), "..").toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowMakesADeadLetterInTheWireFormatToo() throws Exception {
        var unknown = new byte[] {0, 0x7F, 0, 0, 0, 1, 2, 3};
        through(
                fixture -> {
                    fixture.send(Topic.RAW_PAIRS, 0, 1, "unknown", unknown);
                    fixture.send(Topic.RAW_PAIRS, 0, 2, "good", PAIR.encode(TestPairs.good("good")));
                },
                fixture -> {
                    var letters = fixture.read(Topic.REJECTED_PAIRS);
                    assertThat(letters).singleElement().satisfies(letter -> {
                        assertThat(letter.value()).startsWith(0);
                        var rejected =
                                ConfluentFormat.of(fixture.kafka).orElseThrow().decode(REJECTED, letter.value());
                        assertThat(rejected.getReason()).isEqualTo("UNDECODABLE_RECORD");
                        assertThat(rejected.getMessage())
                                .isEqualTo("the schema registry has no schema of id 2130706432");
                        assertThat(rejected.getOriginal()).isEqualTo(ByteBuffer.wrap(unknown));
                    });
                });
    }

    @Test
    void aRegistryThatIsDownStopsIngestAndRefusesNothing() throws Exception {
        try (var fixture = fixture("http://127.0.0.1:9")) {
            fixture.send(Topic.RAW_PAIRS, 0, 1, "pair-1", foreign());
            fixture.flush();
            var state = folder.resolve("state");
            try (var ingest =
                    new IngestService(StandInPipeline.ingestConfig(fixture, state), new SimpleMeterRegistry())) {
                assertThatThrownBy(ingest::run)
                        .isInstanceOf(OutageException.class)
                        .hasMessageContaining("kafka.schema.registry.url");
            }
            assertThat(fixture.read(Topic.REJECTED_PAIRS)).isEmpty();

            var kafka = new HashMap<>(fixture.kafka);
            kafka.put(URL, registry.url());
            var config = StandInPipeline.ingestConfig(fixture, state).withKafka(kafka);
            try (var ingest = new IngestService(config, new SimpleMeterRegistry())) {
                var end = Background.start(ingest::run);
                await().atMost(PATIENCE)
                        .failFast("ingest failed", end::isDone)
                        .until(() -> fixture.read(Topic.PAIRS).size() == 1);
            }
        }
    }

    /** Switched over in the middle of a run: one topic holds both encodings, and all our readers read both. */
    @Test
    void aRunGoesOnWhereTheTopicsChangeTheirEncoding() throws Exception {
        try (var plain = new KafkaFixture(settings(Map.of()), 1)) {
            learn(plain, 0);
            try (var fixture = plain.with(settings(Map.of(URL, registry.url())))) {
                learn(fixture, 8);

                assertThat(fixture.read(Topic.SCORED_PAIRS))
                        .extracting(record -> record.value()[0])
                        .startsWith((byte) 0xC3)
                        .endsWith((byte) 0)
                        .hasSize(16);
                var newest = fixture.read(Topic.CHECKPOINTS).stream()
                        .reduce((earlier, later) -> later)
                        .orElseThrow();
                assertThat(newest.value()).startsWith(0);
                assertThat(generic(newest).get("pairsLearned")).isEqualTo(16L);
                var show = Cli.on(fixture, "checkpoints", "show", "--run", StandInPipeline.RUN);
                assertThat(show.out()).as(show.err()).contains("all there, digests match");
                var rejected = Cli.on(fixture, "rejected", "list");
                assertThat(rejected.out())
                        .as(rejected.err())
                        .containsPattern("(?s)UNDECODABLE_RECORD.*UNDECODABLE_RECORD");
            }
        }
    }

    private void learn(KafkaFixture fixture, int from) throws Exception {
        IntStream.range(from, from + 8)
                .mapToObj(i -> "pair-" + i)
                .forEach(id -> fixture.send(Topic.RAW_PAIRS, 0, from + 1L, id, PAIR.encode(TestPairs.good(id))));
        fixture.send(Topic.RAW_PAIRS, 0, from + 1L, "bad-" + from, "hello".getBytes(UTF_8));
        fixture.flush();
        try (var pipeline = new StandInPipeline(
                fixture, folder.resolve("pipeline"), new ConstantScorer(), new ArithmeticTrainer())) {
            pipeline.awaitRead(from + 8);
        }
    }
}

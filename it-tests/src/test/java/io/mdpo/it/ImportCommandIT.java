package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mdpo.ingest.IngestService;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data files into raw-pairs, as an operator sends them. The fixtures are those of the command's own module. */
@Timeout(180)
class ImportCommandIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final Path FIXTURES =
            Path.of(System.getProperty("mdpo.home"), "cli", "src", "test", "resources", "imports");
    private static final int ROWS_REFUSED = 3;

    /** Ended by SIGTERM: 128 + 15. */
    private static final int TERMINATED = 143;

    @TempDir
    private static Path brokerFolder;

    @TempDir
    private Path temp;

    private static TestBroker broker;
    private KafkaFixture fixture;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void makeTopics() {
        fixture = new KafkaFixture(broker.bootstrapServers(), 2);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatIsImportedTwiceAddsNothingWhateverItsFormat() {
        var first = Cli.on(fixture, "import", fixture("rlaif-v.parquet"), "--source", "drawn");

        assertThat(first.exitCode()).as(first.err()).isEqualTo(ROWS_REFUSED);
        assertThat(first.out())
                .contains("rlaif-v.parquet, row 3: UNDECODABLE_RECORD: its fields")
                .contains("rlaif-v.parquet, row 6: UNDECODABLE_IMAGE: ")
                .containsPattern("rows read +7\n")
                .containsPattern("pairs sent +5\n")
                .containsPattern("refused +2\n");
        var sent = fixture.read(Topic.RAW_PAIRS);
        assertThat(sent).hasSize(5).allSatisfy(record -> {
            var pair = PAIR.decode(record.value());
            assertThat(pair.getPairId()).isEqualTo(KafkaFixture.key(record));
            assertThat(pair.getSource()).isEqualTo("drawn");
        });

        var ingest = new IngestService(
                StandInPipeline.ingestConfig(fixture, temp.resolve("state")), new SimpleMeterRegistry());
        var running = Background.start(ingest::run);
        awaitRecords(Topic.REJECTED_PAIRS, 1);
        var second = Cli.on(fixture, "import", fixture("ms-swift.jsonl"), "--format", "ms-swift");
        assertThat(second.exitCode()).as(second.err()).isEqualTo(ROWS_REFUSED);
        awaitRecords(Topic.REJECTED_PAIRS, 6);
        ingest.close();
        running.join();

        assertThat(fixture.read(Topic.PAIRS)).hasSize(4);
        var reasons = fixture.read(Topic.REJECTED_PAIRS).stream()
                .collect(Collectors.groupingBy(
                        letter -> KafkaFixture.header(letter, "mdpo-import-row"),
                        Collectors.mapping(
                                letter -> REJECTED.decode(letter.value()).getReason(), Collectors.joining())));
        assertThat(reasons)
                .containsOnly(
                        Map.entry("rlaif-v.parquet, row 7", "UNDECODABLE_IMAGE"),
                        Map.entry("ms-swift.jsonl:1", "DUPLICATE_PAIR_ID"),
                        Map.entry("ms-swift.jsonl:2", "DUPLICATE_PAIR_ID"),
                        Map.entry("ms-swift.jsonl:4", "DUPLICATE_PAIR_ID"),
                        Map.entry("ms-swift.jsonl:5", "DUPLICATE_PAIR_ID"),
                        Map.entry("ms-swift.jsonl:7", "UNDECODABLE_IMAGE"));
    }

    private void awaitRecords(Topic topic, int records) {
        await().atMost(Duration.ofMinutes(1)).until(() -> fixture.read(topic).size() >= records);
    }

    @Test
    void anImportThatIsTerminatedSaysWhereToGoOnAndNothingIsLost() throws Exception {
        int rows = 150_000;
        var file = temp.resolve("rows.jsonl");
        Files.write(
                file,
                IntStream.range(0, rows)
                        .mapToObj(i -> "{\"prompt\": \"Question %d?\", \"chosen\": \"Yes.\", \"rejected\": \"No.\"}"
                                .formatted(i))
                        .toList());
        String next;
        try (var process = importing(file)) {
            await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(50))
                    .failFast("the import ended", () -> !process.isAlive())
                    .until(() -> sent() > 0);
            process.terminate();
            assertThat(process.await(Duration.ofMinutes(1)))
                    .as(process.output())
                    .isEqualTo(TERMINATED);
            next = process.output()
                    .lines()
                    .filter(line -> line.startsWith("not read to the end: go on with --from "))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(process.output()));
        }
        long before = sent();
        assertThat(next).endsWith(":" + (before + 1));

        var rest = Cli.on(fixture, "import", file.toString(), "--from", next);

        assertThat(rest.exitCode()).as(rest.err()).isZero();
        assertThat(sent()).isEqualTo(rows);
        var ids = new HashSet<String>();
        fixture.read(Topic.RAW_PAIRS).forEach(record -> ids.add(KafkaFixture.key(record)));
        assertThat(ids).hasSize(rows);
    }

    private MdpoProcess importing(Path file) {
        return MdpoProcess.start(
                List.of(),
                List.of(),
                Map.of(),
                temp.resolve("output"),
                "import",
                file.toString(),
                "--set=kafka.bootstrap.servers=" + fixture.kafka.get("bootstrap.servers"),
                "--set=topic-prefix=" + fixture.prefix);
    }

    /** Records in raw-pairs, in which nobody writes transactions. */
    private long sent() {
        var ends = IntStream.range(0, 2)
                .mapToObj(partition -> new TopicPartition(Topic.RAW_PAIRS.name(fixture.prefix), partition))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        return fixture.admin.listOffsets(ends).all().toCompletionStage().toCompletableFuture().join().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    @Test
    void aDryRunNeedsNoBrokerAndDecodesEveryImage() {
        var report = temp.resolve("report.json");
        var run = Cli.run("import", "--dry-run", fixture("openai.jsonl"), "--report", report.toString());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ROWS_REFUSED);
        assertThat(run.out())
                .contains("openai.jsonl:7: UNDECODABLE_IMAGE: ")
                .containsPattern("pairs that would be sent +4\n");
        assertThat(report)
                .content()
                .contains("\"pairs\" : 4")
                .contains("\"UNDECODABLE_IMAGE\" : 2")
                .contains("\"next\" : \"\"");
    }

    @Test
    void aTopicThatIsNotThereIsNotCreated() {
        var run = Cli.run(
                "import",
                fixture("openai.jsonl"),
                "--set=topic-prefix=nowhere",
                "--set=kafka.bootstrap.servers=" + fixture.kafka.get("bootstrap.servers"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("there is no topic nowhere.raw-pairs: create it with 'mdpo topics create'");
    }

    @Test
    void aBrokerThatIsDownIsSaidAndNothingIsRead() {
        var run = Cli.run(
                "import",
                fixture("openai.jsonl"),
                "--set=kafka.bootstrap.servers=127.0.0.1:1",
                "--set=kafka.default.api.timeout.ms=1000",
                "--set=kafka.request.timeout.ms=1000");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("could not look up the topic mdpo.").contains("TimeoutException");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void wrongUsageIsTwoAndSaysWhatIsRight() {
        var file = fixture("openai.jsonl");

        assertThat(Cli.run("import").exitCode()).isEqualTo(2);
        assertThat(Cli.run("import", file, "--format", "llava").err()).contains("'llava' is no format: one of");
        assertThat(Cli.run("import", file, "--rated", "some").err()).contains("one of [all, best-worst]");
        assertThat(Cli.run("import", file, "--from", "other.jsonl:3").err()).contains("none of the files");
        assertThat(Cli.run("import", file, "--from", file).err()).contains("write FILE:ROW");
        assertThat(Cli.run("import", file, "--limit", "0").exitCode()).isEqualTo(2);
    }

    private static String fixture(String name) {
        return FIXTURES.resolve(name).toString();
    }
}

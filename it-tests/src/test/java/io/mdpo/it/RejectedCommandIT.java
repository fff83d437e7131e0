package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each service refuses, and what an operator does about it; the tests build on one another. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RejectedCommandIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final AvroSerde<RejectedPair> REJECTED = AvroSerde.of(RejectedPair.class);
    private static final int GOOD = 8;
    private static final int LETTERS = 7;
    private static final Set<String> REFUSED_BY_LEARNER = ConcurrentHashMap.newKeySet();
    private static final ConstantScorer SCORER = new ConstantScorer();

    @TempDir
    private static Path temp;

    private static TestBroker broker;
    private static KafkaFixture fixture;
    private static StandInPipeline pipeline;

    @BeforeAll
    static void refuseSomething() {
        broker = TestBroker.start(temp.resolve("broker"));
        fixture = new KafkaFixture(broker.bootstrapServers(), 1);
        SCORER.refused.add("picky-scorer");
        REFUSED_BY_LEARNER.add("picky-learner");
        pipeline = new StandInPipeline(fixture, temp.resolve("state"), SCORER, new PickyTrainer());
        sendRaw(pair("good-0").setChosen("  ").setPairId("empty").build());
        fixture.sendRaw(
                Topic.RAW_PAIRS,
                "junk".getBytes(UTF_8),
                "\u001b[31mjunk".getBytes(UTF_8),
                Map.of("trace", "abc", "Authorization", "Bearer hunter2", "odd", "\u001b[2J"));
        sendRaw(pair("picky-scorer").build());
        sendRaw(pair("picky-learner").build());
        for (int i = 0; i < GOOD; i++) {
            sendRaw(pair("good-" + i).build());
        }
        sendRaw(pair("good-0").setChosen("another answer").build());
        sendRaw(pair("good-1").setPairId("copy").build());
        fixture.sendRaw(
                Topic.RAW_PAIRS, utf8("other"), PAIR.encode(pair("keyed").build()), Map.of());
        fixture.flush();
        pipeline.awaitLetters(LETTERS);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
        fixture.close();
        broker.close();
    }

    @Test
    @Order(1)
    void theLettersOfEveryStageHaveTheHeadersOfKafkaStreams() {
        var letters = letters(letter -> true);

        assertThat(letters).hasSize(LETTERS);
        assertThat(letters)
                .extracting(letter -> REJECTED.decode(letter.value()).getStage())
                .contains("ingest", "scorer", "learner");
        assertThat(letters).allSatisfy(letter -> {
            var pair = REJECTED.decode(letter.value());
            assertThat(KafkaFixture.header(letter, "__streams.errors.exception"))
                    .isEqualTo(pair.getReason());
            assertThat(KafkaFixture.header(letter, "__streams.errors.message")).isEqualTo(pair.getMessage());
            assertThat(KafkaFixture.header(letter, "__streams.errors.stacktrace"))
                    .isEqualTo("%s: %s\n\tat %s".formatted(pair.getReason(), pair.getMessage(), pair.getStage()));
            assertThat(KafkaFixture.header(letter, "__streams.errors.topic")).isEqualTo(pair.getTopic());
            assertThat(KafkaFixture.header(letter, "__streams.errors.partition"))
                    .isEqualTo("" + pair.getPartition());
            assertThat(KafkaFixture.header(letter, "__streams.errors.offset")).isEqualTo("" + pair.getOffset());
        });
    }

    @Test
    @Order(2)
    void listShowsWhatMatchesAndCounts() {
        assertThat(rejected("list").out().lines()).hasSize(1 + LETTERS);
        assertThat(rejected("list", "--stage", "learner").out())
                .contains("picky-learner")
                .doesNotContain("junk");
        assertThat(rejected("list", "--reason", "EMPTY_CHOSEN").out().lines()).hasSize(2);
        assertThat(rejected("list", "--pair-id", "picky-scorer").out()).contains("UNSUITABLE_TEXT");
        assertThat(rejected("list", "--until", "1h").out().lines()).hasSize(1);
        assertThat(rejected("list", "--since", "1h").out().lines()).hasSize(1 + LETTERS);
        assertThat(rejected("list", "--limit", "2").out()).contains("the newest 2 of 7");
        var count = rejected("list", "--count").out();
        assertThat(count).containsPattern("DUPLICATE_CONTENT +ingest +1").containsPattern("all +7");
    }

    @Test
    @Order(3)
    void showTellsEverythingButSecretsAndControlsNoTerminal() {
        var junk = rejected("show", offset("UNDECODABLE_RECORD")).out();
        assertThat(junk)
                .contains("trace = abc", "Authorization = ***", "odd = \\u001b[2J", fixture.prefix + ".raw-pairs-0")
                .contains("it has to be Avro in single-object encoding (C3 01)")
                .doesNotContain("hunter2", "\u001b");
        assertThat(rejected("show", offset("TOO_MANY_TOKENS")).out())
                .contains("stage           learner", "What is here?", "chosen -3.000 over 2 tokens", "crop of 1 x 1");
        assertThat(rejected("show", offset("KEY_MISMATCH")).out())
                .contains("its key         other", "pair id         keyed");

        var missing = rejected("show", "4711");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("there is no dead letter at offset 4711");
    }

    @Test
    @Order(4)
    void retryAsksWhichLettersAndADryRunSendsNone() {
        assertThat(rejected("retry").exitCode()).isEqualTo(2);

        var dry = rejected("retry", "--all", "--dry-run");

        assertThat(dry.exitCode()).isZero();
        assertThat(dry.out()).contains("would go to " + fixture.prefix + ".pairs, key picky-scorer");
        assertThat(dry.out()).contains("4 would be sent again, 3 left out");
        assertThat(retried(Topic.RAW_PAIRS)).isEmpty();
        assertThat(retried(Topic.PAIRS)).isEmpty();
    }

    @Test
    @Order(5)
    void whatScorerAndLearnerRefusedIsScoredAgainAndLearned() {
        SCORER.refused.clear();
        REFUSED_BY_LEARNER.clear();

        var retry = rejected("retry", offset("UNSUITABLE_TEXT"), offset("TOO_MANY_TOKENS"));

        assertThat(retry.exitCode()).as(retry.err()).isZero();
        assertThat(retry.out()).contains("2 sent again, 0 left out");
        pipeline.awaitRead(GOOD + 1 + 2);
        assertThat(retried(Topic.PAIRS))
                .extracting(KafkaFixture::key)
                .containsExactlyInAnyOrder("picky-scorer", "picky-learner");
        assertThat(letters(letter -> true)).hasSize(LETTERS);
    }

    @Test
    @Order(6)
    void aSecondRetryWarnsAndSendsOnlyWhenTold() {
        var offset = offset("EMPTY_CHOSEN");
        assertThat(rejected("retry", offset).out()).contains("1 sent again");

        var second = rejected("retry", offset);

        assertThat(second.exitCode()).isZero();
        assertThat(second.out()).contains("0 sent again, 1 left out");
        assertThat(second.err())
                .contains("offset " + offset + " left out: it was sent again already, see " + fixture.prefix
                        + ".raw-pairs-0");
        assertThat(retried(Topic.RAW_PAIRS)).hasSize(1);
        assertThat(rejected("retry", offset, "--again").out()).contains("1 sent again");
        assertThat(retried(Topic.RAW_PAIRS)).hasSize(2);
        // It is as empty as before.
        pipeline.awaitLetters(LETTERS + 2);
        assertThat(rejected("list", "--reason", "EMPTY_CHOSEN").out())
                .contains("(sent again from offset " + offset + ")");
    }

    @Test
    @Order(7)
    void aDuplicateIdAndAWrongKeyAreLearnedUnderANewIdAndADuplicateContentStaysOut() {
        var duplicate = offset("DUPLICATE_PAIR_ID");
        var keyed = offset("KEY_MISMATCH");
        var content = offset("DUPLICATE_CONTENT");
        var refused = rejected("retry", duplicate, keyed, content);
        assertThat(refused.out()).contains("0 sent again, 3 left out");
        assertThat(refused.err()).containsOnlyOnce("under any id").contains("--new-ids");

        var retry = rejected("retry", duplicate, keyed, content, "--new-ids");

        assertThat(retry.out()).contains("2 sent again, 1 left out");
        assertThat(retry.err()).contains("under any id").doesNotContain("--new-ids");
        pipeline.awaitRead(GOOD + 1 + 2 + 2);
        assertThat(fixture.read(Topic.SCORED_PAIRS))
                .extracting(KafkaFixture::key)
                .contains("good-0-retry-" + duplicate, "keyed-retry-" + keyed);
    }

    @Test
    @Order(8)
    void everyRecordThatEnteredIsLearnedRefusedOrWaits() {
        long past = retried(Topic.PAIRS).stream()
                .filter(RejectedCommandIT::sentToPairs)
                .count();

        Accounting.of(fixture, pipeline.learner.status(), past).assertBalanced();
    }

    /** A record of pairs that did not come through ingest: its letter was the scorer's or the learner's. */
    private static boolean sentToPairs(ConsumerRecord<byte[], byte[]> record) {
        var offset = Long.parseLong(KafkaFixture.header(record, "mdpo.retry-of"));
        return letters(letter -> letter.offset() == offset).stream()
                .noneMatch(letter -> REJECTED.decode(letter.value()).getStage().equals("ingest"));
    }

    private static Cli rejected(String... arguments) {
        return Cli.on(
                fixture,
                Stream.concat(Stream.of("rejected"), Stream.of(arguments)).toArray(String[]::new));
    }

    /** The offset of the first letter with this reason. */
    private static String offset(String reason) {
        return Long.toString(
                letters(letter -> REJECTED.decode(letter.value()).getReason().equals(reason))
                        .get(0)
                        .offset());
    }

    private static List<ConsumerRecord<byte[], byte[]>> letters(Predicate<ConsumerRecord<byte[], byte[]>> predicate) {
        return fixture.read(Topic.REJECTED_PAIRS).stream().filter(predicate).toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> retried(Topic topic) {
        return fixture.read(topic).stream()
                .filter(record -> record.headers().lastHeader("mdpo.retry-of") != null)
                .toList();
    }

    /** With content of its own. */
    private static PreferencePair.Builder pair(String id) {
        return PreferencePair.newBuilder(TestPairs.pair(id))
                .setImages(List.of(TinyImages.png()))
                .setChosen("a cat, " + id);
    }

    private static void sendRaw(PreferencePair pair) {
        fixture.sendRaw(Topic.RAW_PAIRS, utf8(pair.getPairId()), PAIR.encode(pair), Map.of());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static final class PickyTrainer extends ArithmeticTrainer {
        @Override
        public Preparation prepare(ScoredPair pair) {
            return REFUSED_BY_LEARNER.contains(pair.getPair().getPairId())
                    ? new Trainer.Preparation.Refused(RejectionReason.TOO_MANY_TOKENS, "9999 tokens")
                    : super.prepare(pair);
        }
    }
}

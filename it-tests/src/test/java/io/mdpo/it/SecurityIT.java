package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigValueFactory;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and logins. The broker is the tests' own, because they decide on its listeners. */
@Timeout(180)
class SecurityIT {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    private static final String PASSWORD = "correct-horse-7d2a";
    private static final String WRONG = "wrong-battery-9e4b";
    private static final Duration QUICKLY = Duration.ofSeconds(40);

    @TempDir
    private static Path temp;

    private static SecureBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        broker = SecureBroker.start(temp, PASSWORD);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void theServicesWorkOverTlsWithALogin() {
        try (var fixture = new KafkaFixture(broker.login(PASSWORD), 1);
                var pipeline = new StandInPipeline(
                        fixture, folder.resolve("state"), new ConstantScorer(), new ArithmeticTrainer())) {
            for (int i = 0; i < 8; i++) {
                var pair = PreferencePair.newBuilder(TestPairs.pair("pair-" + i))
                        .setImages(List.of(TinyImages.png()))
                        .setChosen("a cat, " + i)
                        .build();
                fixture.sendRaw(Topic.RAW_PAIRS, pair.getPairId().getBytes(UTF_8), PAIR.encode(pair), Map.of());
            }
            fixture.flush();

            pipeline.awaitRead(8);

            Accounting.of(fixture, pipeline.learner.status()).assertBalanced();
            await().until(() -> !fixture.read(Topic.CHECKPOINTS).isEmpty());
            assertThat(Cli.on(fixture, "topics", "list").out())
                    .contains("exists")
                    .doesNotContain("missing");
            assertThat(Cli.on(fixture, "rejected", "list").exitCode()).isZero();
            assertThat(Cli.on(fixture, "checkpoints", "list", "--run", StandInPipeline.RUN)
                            .exitCode())
                    .isZero();
        }
    }

    /** Scorer and learner name a model that is not there: they log in before they look for it. */
    @ParameterizedTest
    @ValueSource(strings = {"ingest", "scorer", "learner", "topics list", "rejected list", "checkpoints list"})
    void aWrongPasswordEndsTheProcessQuicklyWithOneSentence(String command) throws Exception {
        try (var mdpo = mdpo(WRONG, List.of(), command.split(" "))) {
            assertThat(mdpo.await(QUICKLY)).isEqualTo(1);

            assertThat(mdpo.output().lines().filter(line -> line.startsWith("mdpo: ")))
                    .singleElement()
                    .asString()
                    .contains("localhost:", "refused the login", "sasl.jaas.config")
                    .contains("invalid credentials with SASL mechanism SCRAM-SHA-256");
            assertThat(mdpo.output()).doesNotContain("\tat ");
            assertNoSecret(mdpo.output());
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsOneSentenceToo() throws Exception {
        var settings = new HashMap<>(broker.login(PASSWORD));
        settings.keySet().removeIf(key -> key.startsWith("ssl."));
        try (var mdpo = mdpo(settings, PASSWORD, List.of(), "topics", "list")) {
            assertThat(mdpo.await(QUICKLY)).isEqualTo(1);
            assertThat(mdpo.output()).contains("mdpo: no TLS connection to localhost:", "kafka.ssl.truststore");
        }
    }

    /** With every log that Kafka's clients have. */
    @Test
    void noSecretIsLoggedOrShown() throws Exception {
        var everything = List.of("-Dlogback.configurationFile=logback-everything.xml");
        try (var topics = mdpo(PASSWORD, everything, "topics", "create")) {
            assertThat(topics.await(QUICKLY)).as(topics.output()).isZero();
            assertThat(topics.output()).contains("AdminClientConfig values", "sasl.jaas.config = [hidden]");
            assertNoSecret(topics.output());
        }
        try (var config = mdpo(PASSWORD, everything, "config")) {
            assertThat(config.await(QUICKLY)).isZero();
            assertThat(config.output()).contains("sasl.jaas.config\" = \"***\"");
            assertNoSecret(config.output());
        }
        try (var ingest = mdpo(PASSWORD, everything, "ingest", "--set", "http.port=0", "--verbose")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> ingest.output().contains("to=\"RUNNING\""));
            ingest.terminate();
            assertThat(ingest.await(QUICKLY)).isEqualTo(143);
            assertThat(ingest.output())
                    .contains("StreamsConfig values", "ProducerConfig values", "ConsumerConfig values");
            assertNoSecret(ingest.output());
        }
    }

    /** Kafka's parser quotes what it cannot read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X required username=\"u\" password=\"" + PASSWORD + "\"",
                "X required username=u password=" + PASSWORD + ";and more=x",
                "X required " + PASSWORD,
                "X sometimes password=\"" + PASSWORD + "\";",
                "no.such.LoginModule required password=\"" + PASSWORD + "\";"
            })
    void aLoginThatCannotBeReadIsNotShown(String jaas) {
        var settings = new HashMap<>(broker.login(PASSWORD));
        settings.put("sasl.jaas.config", jaas);
        var arguments = new ArrayList<>(List.of("topics", "list", "--verbose"));
        settings.forEach((key, value) -> arguments.addAll(List.of("--set", "kafka." + key + "=" + value)));

        var cli = Cli.run(arguments.toArray(String[]::new));

        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).startsWith("mdpo: "));
        assertNoSecret(cli.out() + cli.err());
    }

    private static void assertNoSecret(String output) {
        assertThat(output).doesNotContain(PASSWORD, WRONG, SecureBroker.storePassword());
        for (var part : PASSWORD.split("-")) {
            assertThat(output).doesNotContain(part);
        }
    }

    private MdpoProcess mdpo(String password, List<String> jvm, String... arguments) throws IOException {
        return mdpo(broker.login(password), password, jvm, arguments);
    }

    /** The secrets come from the environment, as the documents advise. */
    private MdpoProcess mdpo(Map<String, String> login, String password, List<String> jvm, String... arguments)
            throws IOException {
        var lines = new ArrayList<String>();
        login.forEach((key, value) -> lines.add("kafka.\"%s\" = %s"
                .formatted(
                        key,
                        switch (key) {
                            case "sasl.jaas.config" -> "${MDPO_JAAS}";
                            case "ssl.truststore.password" -> "${MDPO_STORE}";
                            default -> ConfigValueFactory.fromAnyRef(value).render();
                        })));
        lines.add("ingest.state-dir = "
                + ConfigValueFactory.fromAnyRef(folder.resolve("state").toString())
                        .render());
        var file = Files.write(folder.resolve("mdpo.conf"), lines);
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", file.toString()));
        return MdpoProcess.start(
                List.of(),
                jvm,
                Map.of("MDPO_JAAS", SecureBroker.jaas(password), "MDPO_STORE", SecureBroker.storePassword()),
                folder.resolve("output"),
                all.toArray(String[]::new));
    }
}

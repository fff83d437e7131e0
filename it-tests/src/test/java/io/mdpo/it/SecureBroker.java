package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.lab.broker.EmbeddedBroker;
import io.mdpo.lab.broker.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/** A broker that takes clients over TLS with a login by SCRAM; certificate and user are made here. */
final class SecureBroker implements AutoCloseable {
    static final String USER = "mdpo-user";

    private static final String STORE_PASSWORD = "store-secret-5f1c";

    private final EmbeddedBroker broker;
    private final String bootstrap;
    private final Path trusted;

    private SecureBroker(EmbeddedBroker broker, String bootstrap, Path trusted) {
        this.broker = broker;
        this.bootstrap = bootstrap;
        this.trusted = trusted;
    }

    static SecureBroker start(Path dir, String password) throws Exception {
        var keys = dir.resolve("server.p12");
        var certificate = dir.resolve("server.crt");
        var trusted = dir.resolve("trusted.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-keystore",
                keys.toString(),
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2");
        keytool("-exportcert", "-alias", "server", "-keystore", keys.toString(), "-file", certificate.toString());
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "server",
                "-keystore",
                trusted.toString(),
                "-file",
                certificate.toString());
        int plain = FreePort.find();
        int secure = FreePort.find();
        int controller = FreePort.find();
        var settings = new HashMap<String, String>();
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,SASL_SSL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(plain, secure, controller));
        settings.put(
                "advertised.listeners", "PLAINTEXT://127.0.0.1:%d,SASL_SSL://127.0.0.1:%d".formatted(plain, secure));
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-256");
        settings.put(
                "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        settings.put("ssl.keystore.location", keys.toString());
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        var broker = EmbeddedBroker.start(dir.resolve("data"), plain, settings);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), password)))
                    .all()
                    .get();
        }
        return new SecureBroker(broker, "localhost:" + secure, trusted);
    }

    /** What a client sets to log in with that password. */
    Map<String, String> login(String password) {
        return Map.of(
                "bootstrap.servers",
                bootstrap,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-256",
                "sasl.jaas.config",
                jaas(password),
                "ssl.truststore.location",
                trusted.toString(),
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.password",
                STORE_PASSWORD);
    }

    static String jaas(String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(USER, password);
    }

    static String storePassword() {
        return STORE_PASSWORD;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.command().addAll(List.of(arguments));
        command.command().addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        var process = command.redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    @Override
    public void close() {
        broker.close();
    }
}

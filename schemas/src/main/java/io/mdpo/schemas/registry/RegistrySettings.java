package io.mdpo.schemas.registry;

import static io.mdpo.operator.SettingException.require;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import io.mdpo.operator.SettingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Where the registry is and how to log in, read from the settings of a Kafka client, under the names that Confluent's own
 * serializers have for them.
 *
 * @param urls tried one after the other
 * @param authorization value of that HTTP header
 * @param tls empty where the settings say nothing of it: then the JDK's
 * @param register whether a schema that the registry does not know is registered; else it has to be there
 * @param patience how long a registry that is down is asked again
 */
record RegistrySettings(
        List<URI> urls, Optional<String> authorization, Optional<SSLContext> tls, boolean register, Duration patience) {
    static final String URL = "schema.registry.url";

    private static final String BASIC_SOURCE = "basic.auth.credentials.source";
    private static final String BASIC = "basic.auth.user.info";
    private static final String BEARER_SOURCE = "bearer.auth.credentials.source";
    private static final String BEARER = "bearer.auth.token";
    private static final String REGISTER = "auto.register.schemas";
    private static final String PATIENCE = "schema.registry.patience.ms";
    private static final String TLS_PREFIX = "schema.registry.ssl.";

    /** Empty where no registry is named. */
    static Optional<RegistrySettings> of(Map<String, String> kafka) {
        return Optional.ofNullable(kafka.get(URL))
                .filter(urls -> !urls.isBlank())
                .map(urls -> new RegistrySettings(
                        Arrays.stream(urls.split(","))
                                .map(RegistrySettings::url)
                                .toList(),
                        authorization(kafka),
                        tls(kafka),
                        Boolean.parseBoolean(kafka.getOrDefault(REGISTER, "true")),
                        patience(kafka)));
    }

    private static Duration patience(Map<String, String> kafka) {
        var text = kafka.getOrDefault(PATIENCE, "30000");
        // A consumer that waits longer is taken for dead.
        require(
                text.matches("[0-9]{1,6}") && Integer.parseInt(text) <= 120_000,
                key(PATIENCE),
                "is '%s'; it has to be a number of milliseconds from 0 to 120000".formatted(text));
        return Duration.ofMillis(Integer.parseInt(text));
    }

    private static URI url(String text) {
        try {
            var url = new URI(text.strip().replaceAll("/+$", ""));
            require(
                    List.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null,
                    key(URL),
                    "names something that is no http or https URL of a registry, as http://registry:8081");
            require(url.getUserInfo() == null, key(URL), "holds a login: use " + key(BASIC));
            return url;
        } catch (URISyntaxException e) {
            throw new SettingException(key(URL), "names something that is no URL: " + e.getReason());
        }
    }

    private static Optional<String> authorization(Map<String, String> kafka) {
        supported(kafka, BASIC_SOURCE, "USER_INFO");
        supported(kafka, BEARER_SOURCE, "STATIC_TOKEN");
        require(
                !(kafka.containsKey(BASIC) && kafka.containsKey(BEARER)),
                key(BASIC),
                "stands beside " + key(BEARER) + ": give one");
        var basic = Optional.ofNullable(kafka.get(BASIC))
                .map(login -> "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8)));
        return basic.or(() -> Optional.ofNullable(kafka.get(BEARER)).map(token -> "Bearer " + token));
    }

    private static void supported(Map<String, String> kafka, String source, String only) {
        var value = kafka.getOrDefault(source, only);
        require(value.equals(only), key(source), "is '%s', and only %s is supported".formatted(value, only));
    }

    /** Kafka's own settings of TLS, behind a prefix. */
    private static Optional<SSLContext> tls(Map<String, String> kafka) {
        var settings = kafka.entrySet().stream()
                .filter(setting -> setting.getKey().startsWith(TLS_PREFIX))
                .collect(toMap(
                        setting -> setting.getKey().substring(TLS_PREFIX.length() - "ssl.".length()),
                        Map.Entry::getValue));
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        try (var factory = new DefaultSslEngineFactory()) {
            factory.configure(new AbstractConfig(new ConfigDef().withClientSslSupport(), settings, false).values());
            return Optional.of(factory.sslContext());
        } catch (KafkaException e) {
            throw new SettingException(key(TLS_PREFIX + "*"), "cannot be used: " + e.getMessage());
        }
    }

    private static String key(String name) {
        return "kafka." + name;
    }
}

package io.mdpo.ops.gateway;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.ops.config.Secrets;
import io.mdpo.ops.http.Loopback;
import io.mdpo.ops.http.TokenDigest;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.image.EncodedImages;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the gateway.
 *
 * @param topicPrefix first part of every topic name, see {@link Topic#name}
 * @param kafka settings handed to every Kafka client; {@code bootstrap.servers} is required
 * @param host address to listen on; anything but a loopback address needs {@code credentials}
 * @param port TCP port; 0 takes a free one
 * @param credentials tokens by the name of whoever has it, which is the source of what comes with it unless it says otherwise;
 *     without any, who reaches the address may write
 * @param eventsPerSecond what each credential may send in the long run; ten seconds' worth may come at once
 * @param maxBatch most events of one request
 * @param maxBodyBytes largest body of a request
 * @param maxImageBytes largest encoded image
 * @param maxBytesInHand bodies that are read or wait to be committed, together; further requests are told to come again
 * @param commitTimeout longest wait of a request for its commit
 * @param rememberedIds how many of the newest ids are known, so that what is sent again is not written again
 */
@RecordBuilder
public record GatewayConfig(
        String topicPrefix,
        Map<String, String> kafka,
        String host,
        int port,
        Map<String, String> credentials,
        int eventsPerSecond,
        int maxBatch,
        int maxBodyBytes,
        int maxImageBytes,
        int maxBytesInHand,
        Duration commitTimeout,
        int rememberedIds,
        ArgillaConfig argilla,
        LabelStudioConfig labelStudio)
        implements GatewayConfigBuilder.With {
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(2);
    private static final int MOST_IDS = 100_000_000;

    public GatewayConfig {
        kafka = Map.copyOf(kafka);
        credentials = Map.copyOf(credentials);
        require(!topicPrefix.isBlank(), "topic-prefix", "is empty: name the prefix that the topics were created with");
        require(
                !kafka.getOrDefault("bootstrap.servers", "").isBlank(),
                "kafka.bootstrap.servers",
                "is missing: name at least one broker as host:port");
        require(!host.isBlank(), "host", "is empty: name the address to listen on, for example 127.0.0.1");
        require(port >= 0 && port <= 65_535, "port", "is " + port + ": it must lie between 0 and 65535");
        credentials.forEach(
                (name, token) -> require(TokenDigest.isStrong(token), "credentials." + name, TokenDigest.WEAK));
        require(
                !credentials.isEmpty() || Loopback.isSpelledIn(host),
                "host",
                "is %s, which others can reach: set gateway.credentials { NAME = ${TOKEN} }, or listen on 127.0.0.1"
                        .formatted(host));
        positive(eventsPerSecond, "events-per-second");
        positive(maxBatch, "max-batch");
        positive(maxBodyBytes, "max-body-bytes");
        require(
                maxImageBytes > 0 && maxImageBytes <= EncodedImages.MAX_BYTES,
                "max-image-bytes",
                "is %d: it must lie between 1 and %d".formatted(maxImageBytes, EncodedImages.MAX_BYTES));
        require(
                maxBytesInHand >= maxBodyBytes,
                "max-bytes-in-hand",
                "is %d: it must be at least max-body-bytes, %d".formatted(maxBytesInHand, maxBodyBytes));
        require(
                commitTimeout.compareTo(Duration.ZERO) > 0 && commitTimeout.compareTo(LONGEST_TIMEOUT) <= 0,
                "commit-timeout",
                "is " + commitTimeout + ": it must lie between 1ms and 2m");
        require(
                rememberedIds > 0 && rememberedIds <= MOST_IDS,
                "remembered-ids",
                "is %d: it must lie between 1 and %d".formatted(rememberedIds, MOST_IDS));
    }

    /** A million ids are 100 MB of heap, and at 50 events a second five and a half hours. */
    public static GatewayConfig defaults() {
        return GatewayConfigBuilder.builder()
                .topicPrefix(Topic.DEFAULT_PREFIX)
                .kafka(Map.of("bootstrap.servers", "localhost:9092"))
                .host("127.0.0.1")
                .port(8080)
                .credentials(Map.of())
                .eventsPerSecond(1_000)
                .maxBatch(1_000)
                .maxBodyBytes(24 << 20)
                .maxImageBytes(8 << 20)
                .maxBytesInHand(96 << 20)
                .commitTimeout(Duration.ofSeconds(10))
                .rememberedIds(1_000_000)
                .argilla(ArgillaConfig.defaults())
                .labelStudio(LabelStudioConfig.defaults())
                .build();
    }

    private static void positive(int value, String key) {
        require(value > 0, key, "is " + value + ": it must be positive");
    }

    @Override
    public String toString() {
        return "GatewayConfig[host=%s, port=%d, credentials=%s]".formatted(host, port, Secrets.MASK);
    }
}

package io.mdpo.ingest;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.ingest.gate.GatesConfig;
import io.mdpo.ingest.image.ImageHosts;
import io.mdpo.ingest.image.ImageReferences;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.image.EncodedImages;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the ingest service.
 *
 * @param topicPrefix first part of every topic name, see {@link Topic#name}
 * @param applicationId Kafka Streams application id: consumer group, and prefix of internal topics and transactional ids
 * @param kafka settings handed to every Kafka client; {@code bootstrap.servers} is required, and what exactly-once
 *     processing rests on cannot be changed here
 * @param dedupWindow how long a pair id or a content is remembered, in event time
 * @param maxImageBytes largest encoded image, in bytes
 * @param maxImagePixels largest image, width times height, in pixels
 * @param maxTextChars longest prompt turn or answer after normalisation, in UTF-16 units
 * @param imageRoot folder below which image references ({@code file:} URIs) are read; without it they are refused
 * @param imageHosts hosts, with a port where it is not the usual one, that image references may name in http and https
 *     URIs; without any they are refused
 * @param imageTimeout longest fetch of an image; the stream waits for it
 * @param heldoutShare share of the pictures whose pairs go to {@code heldout-pairs} instead of the learner, from 0 to 0.5
 * @param heldoutSalt decides which pictures these are; another salt holds out others
 * @param gates what is looked at beyond single pairs
 * @param maxFailuresInARow ingest stops when so many pairs in a row fail in a way that nobody foresaw
 * @param stateDir folder of the de-duplication state; it can be deleted, and is then rebuilt from its changelog topics
 */
@RecordBuilder
public record IngestConfig(
        String topicPrefix,
        String applicationId,
        Map<String, String> kafka,
        Duration dedupWindow,
        int maxImageBytes,
        long maxImagePixels,
        int maxTextChars,
        Optional<Path> imageRoot,
        List<String> imageHosts,
        Duration imageTimeout,
        double heldoutShare,
        String heldoutSalt,
        GatesConfig gates,
        int maxFailuresInARow,
        Path stateDir)
        implements IngestConfigBuilder.With {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);

    /** A judge that takes more than the learner is a mistake in the configuration. */
    private static final double LARGEST_HELDOUT_SHARE = 0.5;

    public IngestConfig {
        kafka = Map.copyOf(kafka);
        imageHosts = List.copyOf(imageHosts);
        StreamsSettings.check(topicPrefix, applicationId, kafka);
        require(
                dedupWindow.toMillis() > 0,
                "dedup-window",
                "is " + dedupWindow + ": it must be at least one millisecond");
        require(
                maxImageBytes > 0 && maxImageBytes <= EncodedImages.MAX_BYTES,
                "max-image-bytes",
                "is " + maxImageBytes + ": it must lie between 1 and " + EncodedImages.MAX_BYTES
                        + ", so that an image and its texts fit into one record");
        require(
                maxImagePixels > 0 && maxImagePixels <= EncodedImages.MAX_PIXELS,
                "max-image-pixels",
                "is " + maxImagePixels + ": it must lie between 1 and " + EncodedImages.MAX_PIXELS
                        + ", more than which no service decodes");
        var unused = new ImageHosts(imageHosts);
        require(
                imageTimeout.compareTo(SHORTEST_TIMEOUT) >= 0 && imageTimeout.compareTo(LONGEST_TIMEOUT) <= 0,
                "image-timeout",
                "is " + imageTimeout + ": it must lie between 100ms and 10s");
        require(
                heldoutShare >= 0 && heldoutShare <= LARGEST_HELDOUT_SHARE,
                "heldout-share",
                "is " + heldoutShare + ": it must lie between 0 and " + LARGEST_HELDOUT_SHARE);
        require(maxTextChars > 0, "max-text-chars", "is " + maxTextChars + ": it must be positive");
        var unusedCount = new FailuresInARow(maxFailuresInARow);
    }

    /**
     * The settings that hold unless the configuration says otherwise. The window of seven days outlasts a producer that
     * retries over a weekend; one million pairs a day then keep about 2 GB of state. Nothing is held out, so that no pair
     * is kept from the learner that somebody meant for it.
     */
    public static IngestConfig defaults() {
        return IngestConfigBuilder.builder()
                .topicPrefix(Topic.DEFAULT_PREFIX)
                .applicationId("mdpo-ingest")
                .kafka(Map.of("bootstrap.servers", "localhost:9092"))
                .dedupWindow(Duration.ofDays(7))
                .maxImageBytes(8 << 20)
                .maxImagePixels(16_000_000)
                .maxTextChars(32_768)
                .imageRoot(Optional.empty())
                .imageHosts(List.of())
                .imageTimeout(Duration.ofSeconds(5))
                .heldoutShare(0)
                .heldoutSalt("")
                .gates(GatesConfig.defaults())
                .maxFailuresInARow(FailuresInARow.DEFAULT_MOST)
                .stateDir(Path.of("state", "ingest"))
                .build();
    }

    /** What resolves the references of pairs; the caller closes it. */
    ImageReferences openImageReferences() {
        return ImageReferences.open(imageRoot, new ImageHosts(imageHosts), imageTimeout, maxImageBytes);
    }
}

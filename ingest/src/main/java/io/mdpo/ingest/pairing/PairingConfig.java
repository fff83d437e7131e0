package io.mdpo.ingest.pairing;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.ingest.StreamsSettings;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.Topic;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the pairing service. Every wait is measured in the time of the records.
 *
 * @param topicPrefix first part of every topic name, see {@link Topic#name}
 * @param applicationId Kafka Streams application id: consumer group, and prefix of internal topics and transactional ids
 * @param kafka settings handed to every Kafka client; {@code bootstrap.servers} is required, and what exactly-once
 *     processing rests on cannot be changed here
 * @param settle how long after the first feedback of an interaction its raters may change their minds
 * @param lateness how much later than others a record may come, by its time, and count as if it had come in order; a
 *     partition where nothing comes for so long follows the clock
 * @param interactionWait how long feedback waits for its interaction
 * @param feedbackWait how long an interaction waits for its first feedback, and how long the ids of settled feedback are
 *     remembered
 * @param partnerWait how long a thumb waits for the opposite one on another answer
 * @param vote whether an answer preferred over another makes a pair
 * @param edit whether an edited answer makes a pair with the original
 * @param thumbs whether thumbs up and down on different answers to the same images and prompt make a pair
 * @param rating whether ratings of two answers of one interaction make a pair
 * @param ratingGap how far those two have to be apart, as a fraction of the scale
 * @param unpaired whether a thumb without a partner becomes a record of one answer
 * @param maxFailuresInARow the service stops when so many records in a row fail in a way that nobody foresaw
 * @param stateDir folder of what waits; it can be deleted, and is then rebuilt from its changelog topics
 */
@RecordBuilder
public record PairingConfig(
        String topicPrefix,
        String applicationId,
        Map<String, String> kafka,
        Duration settle,
        Duration lateness,
        Duration interactionWait,
        Duration feedbackWait,
        Duration partnerWait,
        boolean vote,
        boolean edit,
        boolean thumbs,
        boolean rating,
        double ratingGap,
        boolean unpaired,
        int maxFailuresInARow,
        Path stateDir)
        implements PairingConfigBuilder.With {

    public PairingConfig {
        kafka = Map.copyOf(kafka);
        StreamsSettings.check(topicPrefix, applicationId, kafka);
        requirePositive(settle, "settle");
        requirePositive(lateness, "lateness");
        requirePositive(feedbackWait, "feedback-wait");
        requirePositive(partnerWait, "partner-wait");
        require(
                interactionWait.compareTo(settle) >= 0,
                "interaction-wait",
                "is " + interactionWait + ": it must be at least settle, " + settle
                        + ", because nothing is decided before");
        require(
                ratingGap > 0 && ratingGap <= 1,
                "rating-gap",
                "is " + ratingGap + ": it is a fraction of the scale, above 0 and at most 1");
        var unusedCount = new FailuresInARow(maxFailuresInARow);
    }

    /** The settings that hold unless the configuration says otherwise. */
    public static PairingConfig defaults() {
        return PairingConfigBuilder.builder()
                .topicPrefix(Topic.DEFAULT_PREFIX)
                .applicationId("mdpo-pairing")
                .kafka(Map.of("bootstrap.servers", "localhost:9092"))
                .settle(Duration.ofHours(1))
                .lateness(Duration.ofMinutes(5))
                .interactionWait(Duration.ofDays(1))
                .feedbackWait(Duration.ofDays(7))
                .partnerWait(Duration.ofDays(7))
                .vote(true)
                .edit(true)
                .thumbs(true)
                .rating(true)
                .ratingGap(0.25)
                .unpaired(false)
                .maxFailuresInARow(FailuresInARow.DEFAULT_MOST)
                .stateDir(Path.of("state", "pairing"))
                .build();
    }

    private static void requirePositive(Duration wait, String name) {
        require(wait.toMillis() > 0, name, "is " + wait + ": it must be at least one millisecond");
    }
}

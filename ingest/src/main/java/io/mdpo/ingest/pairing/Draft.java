package io.mdpo.ingest.pairing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Provenance;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A pair without its images and prompt, which it takes from an interaction.
 *
 * @param pairId follows from rule, answers and feedback
 * @param kind a {@link PairKind}
 * @param feedback ids, sorted, as are interactions and raters
 * @param source of the deciding feedback, the last that was given
 * @param createdAt of the deciding feedback, milliseconds since the epoch
 * @param headers of the deciding feedback
 * @param timestamp of the pair's record: when it was decided, in the time of the records
 */
record Draft(
        String pairId,
        PairKind kind,
        String rule,
        String chosen,
        String rejected,
        List<String> feedback,
        List<String> interactions,
        List<String> raters,
        String source,
        long createdAt,
        Map<String, String> headers,
        long timestamp) {

    /** @param by whoever said so, at least one */
    static Draft of(String rule, PairKind kind, String chosen, String rejected, List<Voice> by, long timestamp) {
        var deciding = Collections.max(by, Voice.ORDER);
        var feedback = by.stream().map(Voice::feedbackId).sorted().toList();
        return new Draft(
                id(rule, kind, chosen, rejected, feedback),
                kind,
                rule,
                chosen,
                rejected,
                feedback,
                by.stream().map(Voice::interactionId).distinct().sorted().toList(),
                by.stream()
                        .map(Voice::rater)
                        .filter(rater -> !rater.isEmpty())
                        .distinct()
                        .sorted()
                        .toList(),
                deciding.source(),
                deciding.createdAt(),
                deciding.headers(),
                timestamp);
    }

    private static String id(String rule, PairKind kind, String chosen, String rejected, List<String> feedback) {
        var digest = DigestUtils.getSha256Digest();
        update(digest, rule);
        update(digest, kind.text());
        update(digest, chosen);
        update(digest, rejected);
        feedback.forEach(id -> update(digest, id));
        return "feedback-" + HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static void update(MessageDigest digest, String text) {
        var bytes = text.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    /** The pair, with the images and the prompt of an interaction that it is about. */
    PreferencePair pair(Interaction interaction) {
        return new PreferencePair(
                pairId,
                interaction.getImages(),
                interaction.getPrompt(),
                chosen,
                rejected,
                source.isEmpty() ? interaction.getSource() : source,
                Instant.ofEpochMilli(createdAt),
                List.of(),
                kind.text(),
                new Provenance(rule, feedback, interactions, raters));
    }
}

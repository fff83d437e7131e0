package io.mdpo.ops.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * How the original of a letter is sent again.
 *
 * <p>What ingest refused goes to {@code raw-pairs} once more, where it came from. What scorer or learner refused does not:
 * ingest claimed its id and its content when it let the pair through, and would refuse both as duplicates. It goes to
 * {@code pairs}, to be scored again, or to {@code heldout-pairs} if it was held out; of a scored pair only the pair,
 * because the learner would refuse the same scores for the same reason. What pairing refused goes to where it came from.
 */
sealed interface Resend {
    /** The record to send. */
    record Ready(ProducerRecord<byte[], byte[]> record) implements Resend {}

    /** Sending it can do no good; {@code why} is a sentence for a person. */
    record Skipped(String why) implements Resend {}

    AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);
    AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    /** Refusals of ingest that the same record under the same id meets again. */
    Set<String> NEED_NEW_ID = Set.of(RejectionReason.DUPLICATE_PAIR_ID.name(), RejectionReason.KEY_MISMATCH.name());

    /** Where the original of a letter belongs. */
    static Topic target(DeadLetter letter, String topicPrefix) {
        if (letter.pair().getStage().equals("ingest")) {
            return Topic.RAW_PAIRS;
        }
        if (isPairing(letter)) {
            return letter.pair().getTopic().equals(Topic.INTERACTIONS.name(topicPrefix))
                    ? Topic.INTERACTIONS
                    : Topic.FEEDBACK;
        }
        return letter.pair().getTopic().equals(Topic.HELDOUT_PAIRS.name(topicPrefix))
                ? Topic.HELDOUT_PAIRS
                : Topic.PAIRS;
    }

    /**
     * What becomes of a letter.
     *
     * @param decoder for what was no scored pair
     * @param newIds whether the pair gets a new id, made of its own and the letter's offset, and with it the right key
     */
    static Resend of(DeadLetter letter, String topicPrefix, PairDecoder decoder, boolean newIds) {
        if (letter.original().length == 0) {
            return new Skipped("the letter holds no original; it was in " + letter.position());
        }
        if (letter.pair().getReason().equals(RejectionReason.DROPPED.name())) {
            return new Skipped("a person dropped it from quarantine; to have it after all, send it as a new pair");
        }
        if (isPairing(letter)) {
            return newIds || letter.pair().getReason().equals(RejectionReason.KEY_MISMATCH.name())
                    ? new Skipped("an interaction or a feedback keeps its id, and its key is the interaction id")
                    : ready(letter, topicPrefix, letter.originalKey(), letter.original());
        }
        if (letter.pair().getReason().equals(RejectionReason.DUPLICATE_CONTENT.name())) {
            return new Skipped("ingest would refuse it again under any id: another pair teaches the same already");
        }
        if (!newIds && NEED_NEW_ID.contains(letter.pair().getReason())) {
            return new Skipped("ingest would refuse it again: --new-ids sends it under another id");
        }
        boolean scored = letter.pair().getStage().equals("learner");
        if (!newIds && !scored) {
            return ready(letter, topicPrefix, letter.originalKey(), letter.original());
        }
        try {
            var pair = scored ? SCORED_PAIR.decode(letter.original()).getPair() : letter.decode(decoder);
            var sent = newIds ? renamed(pair, letter.offset()) : pair;
            return ready(letter, topicPrefix, sent.getPairId().getBytes(UTF_8), PAIR.encode(sent));
        } catch (SerializationException e) {
            return new Skipped("its original cannot be read: " + e.getMessage());
        }
    }

    private static boolean isPairing(DeadLetter letter) {
        return letter.pair().getStage().equals("pairing");
    }

    private static Ready ready(DeadLetter letter, String topicPrefix, byte @Nullable [] key, byte[] value) {
        var headers = DeadLetterHeaders.without(letter.headers())
                .remove(DeadLetterHeaders.RETRY_OF)
                .add(DeadLetterHeaders.RETRY_OF, Long.toString(letter.offset()).getBytes(UTF_8));
        return new Ready(
                new ProducerRecord<>(target(letter, topicPrefix).name(topicPrefix), null, key, value, headers));
    }

    /** The same letter always gives the same id: sent twice, it is one pair to ingest. */
    private static PreferencePair renamed(PreferencePair pair, long offset) {
        var suffix = "-retry-" + offset;
        var id = pair.getPairId();
        return new PreferencePair(
                id.substring(0, Math.min(id.length(), 512 - suffix.length())) + suffix,
                pair.getImages(),
                pair.getPrompt(),
                pair.getChosen(),
                pair.getRejected(),
                pair.getSource(),
                pair.getCreatedAt(),
                pair.getCorruptedImages(),
                pair.getKind(),
                pair.getProvenance());
    }
}

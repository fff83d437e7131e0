package io.mdpo.ingest;

import io.mdpo.ingest.encoding.ContentId;
import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.image.ImageInspector;
import io.mdpo.ingest.image.ImageReferences;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that can be said of a raw record by itself, without knowing the others. */
final class Screening {
    /** What is left of a record for the headers that ingest adds, and for Kafka's own framing. */
    static final int MAX_PAIR_BYTES = Topic.MAX_RECORD_BYTES - (64 << 10);

    private final PairDecoder decoder;
    private final ImageReferences references;
    private final PairValidator validator;
    private final ImageInspector images;
    private final HeldOutShare heldOut;

    Screening(IngestConfig config, ImageReferences references, PairDecoder decoder) {
        this.decoder = decoder;
        this.references = references;
        this.validator = new PairValidator(config.maxTextChars());
        this.images = new ImageInspector(config.maxImageBytes(), config.maxImagePixels());
        this.heldOut = new HeldOutShare(config.heldoutShare(), config.heldoutSalt());
    }

    /** The pair in the record, as the producer wrote it. */
    Outcome<PreferencePair> decode(SourceRecord source) {
        if (source.value().isEmpty()) {
            return Outcome.refused(RejectionReason.UNDECODABLE_RECORD, "the record has no value");
        }
        return decoder.decode(source.value().get().get(), source.key(), source.timestamp());
    }

    /**
     * Refuses a pair without an id of its own, and one that duplicates of it could not be compared with. Where the id follows
     * from the content, the content stage finds them in whatever partition they are: such a record needs no key.
     */
    Outcome<PreferencePair> identify(SourceRecord source, PreferencePair pair) {
        var id = pair.getPairId();
        if (id.isBlank()) {
            return Outcome.refused(RejectionReason.EMPTY_PAIR_ID, "the pair id is empty or only white space");
        }
        if (id.length() > PairValidator.MAX_PAIR_ID_CHARS) {
            return Outcome.refused(
                    RejectionReason.TEXT_TOO_LONG,
                    "the pair id has %d characters, and at most %d are allowed"
                            .formatted(id.length(), PairValidator.MAX_PAIR_ID_CHARS));
        }
        boolean free = source.key().isEmpty() && id.equals(ContentId.of(pair));
        if (!free && !source.key().equals(Optional.of(HeaderFields.utf8(id)))) {
            return Outcome.refused(
                    RejectionReason.KEY_MISMATCH,
                    source.key().isEmpty()
                            ? "the record has no key: it must be the pair id in UTF-8, unless a pair in JSON has no id either"
                            : "the record key is not the pair id in UTF-8");
        }
        return Outcome.accepted(pair);
    }

    /**
     * A pair that goes on: images in place and sound, texts normalised and within their limits.
     *
     * @param looks perceptual hash of each image
     */
    record Screened(PreferencePair pair, List<Long> looks) {}

    /** Checks everything. */
    Outcome<Screened> check(SourceRecord source, PreferencePair decoded) {
        return validator
                .validate(PairNormalizer.normalize(decoded))
                .then(references::resolve)
                .then(this::inspect)
                .then(screened -> onOneSide(screened.pair())
                        .then(pair -> fits(source, decoded, pair))
                        .then(pair -> Outcome.accepted(screened)));
    }

    /** Corrupted images of the producer's own have to be as sound as the images. */
    private Outcome<Screened> inspect(PreferencePair pair) {
        var looks = new ArrayList<Long>();
        for (var image : pair.getImages()) {
            var inspected = images.inspect((ByteBuffer) image);
            if (inspected instanceof Outcome.Refused<Long> refused) {
                return new Outcome.Refused<>(refused.rejection());
            }
            inspected.toOptional().ifPresent(looks::add);
        }
        return pair.getCorruptedImages().stream()
                .filter(ByteBuffer::hasRemaining)
                .map(images::inspect)
                .filter(Outcome.Refused.class::isInstance)
                .findFirst()
                .orElseGet(() -> Outcome.accepted(0L))
                .then(sound -> Outcome.accepted(new Screened(pair, List.copyOf(looks))));
    }

    /** A picture of the held-out share is kept from the learner, also where it stands beside one that is not. */
    private Outcome<PreferencePair> onOneSide(PreferencePair pair) {
        return heldOut.of(pair) == HeldOutShare.Side.BOTH
                ? Outcome.refused(
                        RejectionReason.HELD_OUT_IN_PART,
                        "some of the pair's images are of the held-out share and some are not; send them in pairs of "
                                + "their own, or choose another ingest.heldout-salt")
                : Outcome.accepted(pair);
    }

    private static Outcome<PreferencePair> fits(SourceRecord source, PreferencePair decoded, PreferencePair pair) {
        long size = Candidate.size(source, decoded, pair);
        return size > MAX_PAIR_BYTES
                ? Outcome.refused(
                        RejectionReason.RECORD_TOO_LARGE,
                        "the pair takes up to %d bytes in a record, %d of them its images, and at most %d are allowed"
                                .formatted(size, Candidate.imageBytes(pair), MAX_PAIR_BYTES))
                : Outcome.accepted(pair);
    }
}

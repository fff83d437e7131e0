package io.mdpo.ingest;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.image.ImageDecoder;
import io.mdpo.schemas.image.RefusedImageException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/**
 * What ingest will say of a pair by itself, for a program that wants to know before it sends the pair. Whether its id or its
 * content was seen before, and what is behind references, only ingest knows. Thread-safe.
 */
public final class PairCheck {
    /** Largest pair that ingest takes, in bytes of its Avro encoding with its key: the rest is for what ingest adds. */
    public static final int MAX_PAIR_BYTES = Screening.MAX_PAIR_BYTES;

    /** How closely images are looked at. */
    public enum Images {
        /** Their bytes and headers: quick, and misses what is damaged further on. */
        HEADERS,
        /** Every pixel, as ingest itself does. */
        PIXELS
    }

    private final PairValidator validator;
    private final ImageDecoder decoder;
    private final Images images;

    /** @param config whose limits hold */
    public PairCheck(IngestConfig config, Images images) {
        this.validator = new PairValidator(config.maxTextChars());
        this.decoder = new ImageDecoder(config.maxImageBytes(), config.maxImagePixels());
        this.images = images;
    }

    /** The pair with its texts normalised, or why ingest would refuse it. */
    public Outcome<PreferencePair> check(PreferencePair pair) {
        return validator.validate(PairNormalizer.normalize(pair)).then(this::inspect);
    }

    private Outcome<PreferencePair> inspect(PreferencePair pair) {
        var encoded =
                pair.getImages().stream().filter(ByteBuffer.class::isInstance).map(ByteBuffer.class::cast);
        var corrupted = pair.getCorruptedImages().stream().filter(ByteBuffer::hasRemaining);
        try {
            Stream.concat(encoded, corrupted).forEach(this::inspect);
        } catch (RefusedImageException e) {
            return Outcome.refused(e.reason(), String.valueOf(e.getMessage()));
        }
        return Outcome.accepted(pair);
    }

    private void inspect(ByteBuffer image) {
        var bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        if (images == Images.PIXELS) {
            decoder.decode(bytes).flush();
        } else {
            decoder.examine(bytes);
        }
    }
}

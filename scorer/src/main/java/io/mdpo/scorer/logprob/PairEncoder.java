package io.mdpo.scorer.logprob;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.image.RefusedImageException;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.image.ImageCorruption;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Pairs into tokens and pixels: the one way in, for the reference and for the policy. Thread-safe. */
public final class PairEncoder {
    private static final int MAX_TURNS = 1_024;
    private static final int MAX_CHARS = 2_000_000;

    private final VisionLanguageModel model;

    public PairEncoder(VisionLanguageModel model) {
        this.model = model;
    }

    /** A pair that this model cannot score. */
    public static final class UnscorablePairException extends Exception {
        private final RejectionReason reason;

        UnscorablePairException(RejectionReason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public RejectionReason reason() {
            return reason;
        }
    }

    /** A pair with the corruption that was drawn for it. */
    public record Drawn(Corruption corruption, EncodedPair pair) {}

    /** Draws the pair's corrupted image and encodes the pair. */
    public Drawn draw(PreferencePair pair, CorruptionConfig config) throws UnscorablePairException {
        var image = decode(pair);
        var corruption = config.draw(pair.getPairId(), image.width(), image.height());
        return new Drawn(corruption, encode(pair, image, corruption));
    }

    /** Encodes a pair with the corruption that its record carries. */
    public EncodedPair encode(PreferencePair pair, Corruption corruption) throws UnscorablePairException {
        return encode(pair, decode(pair), corruption);
    }

    /** Refuses texts that no tokenizer needs to see. Ingest takes far shorter ones; somebody may write past it. */
    private static void requireModest(PreferencePair pair) throws UnscorablePairException {
        long chars = (long) pair.getChosen().length() + pair.getRejected().length();
        for (var turn : pair.getPrompt()) {
            chars += turn.getText().length();
        }
        if (pair.getPrompt().size() > MAX_TURNS || chars > MAX_CHARS) {
            throw new UnscorablePairException(
                    RejectionReason.TEXT_TOO_LONG,
                    "the texts have %d characters in %d turns, and at most %d in %d are tokenized"
                            .formatted(chars, pair.getPrompt().size(), MAX_CHARS, MAX_TURNS));
        }
    }

    private static RgbImage decode(PreferencePair pair) throws UnscorablePairException {
        requireModest(pair);
        if (!(pair.getImage() instanceof ByteBuffer encoded)) {
            throw new UnscorablePairException(
                    RejectionReason.IMAGE_REFERENCE_REFUSED,
                    "the image is a reference; ingest resolves references before a pair is scored");
        }
        try {
            return RgbImage.decode(bytes(encoded));
        } catch (RefusedImageException e) {
            throw new UnscorablePairException(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private EncodedPair encode(PreferencePair pair, RgbImage image, Corruption corruption)
            throws UnscorablePairException {
        var original = model.pixelValues(image);
        var corrupted = corrupted(pair, image, corruption);
        if (!corrupted.grid().equals(original.grid())) {
            throw new IllegalStateException("a corrupted image of another size than its original");
        }
        try {
            var prompt = model.prompt(pair.getPrompt(), original.grid());
            var chosen = model.completion(pair.getPrompt(), pair.getChosen());
            var rejected = model.completion(pair.getPrompt(), pair.getRejected());
            int longest = prompt.length() + Math.max(chosen.length, rejected.length);
            if (longest > model.family().languageModel().maxPositions()) {
                throw new UnscorablePairException(
                        RejectionReason.TOO_MANY_TOKENS,
                        "prompt and answer have %d tokens, the model takes %d; image tokens are never cut"
                                .formatted(
                                        longest, model.family().languageModel().maxPositions()));
            }
            return new EncodedPair(prompt, chosen, rejected, original, corrupted);
        } catch (IllegalArgumentException e) {
            throw new UnscorablePairException(RejectionReason.UNSUITABLE_TEXT, String.valueOf(e.getMessage()));
        }
    }

    private PixelValues corrupted(PreferencePair pair, RgbImage image, Corruption corruption)
            throws UnscorablePairException {
        try {
            var given = Optional.ofNullable(pair.getCorruptedImage())
                    .filter(encoded -> corruption.getKind().equals("given"))
                    .map(PairEncoder::bytes)
                    .map(RgbImage::decode);
            return model.pixelValues(ImageCorruption.apply(corruption, pair.getPairId(), image, given));
        } catch (RefusedImageException e) {
            throw new UnscorablePairException(e.reason(), "the corruptedImage: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new UnscorablePairException(RejectionReason.CORRUPTION_MISMATCH, String.valueOf(e.getMessage()));
        }
    }
}

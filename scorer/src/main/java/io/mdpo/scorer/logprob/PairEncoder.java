package io.mdpo.scorer.logprob;

import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.image.RefusedImageException;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.image.ImageCorruption;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.PixelLayout;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Pairs into tokens and pixels: the one way in, for the reference and for the policy. Thread-safe. */
public final class PairEncoder {
    private static final int MAX_PARTS = 2_048;
    private static final int MAX_CHARS = 2_000_000;
    private static final int MAX_IMAGES = 1;
    private static final long[] NO_TOKENS = {};

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

    /** A pair with the corruptions that were drawn for its images. */
    public record Drawn(List<Corruption> corruptions, EncodedPair pair) {}

    /** Draws the pair's corrupted image, if it has an image and a chosen answer, and encodes the pair. */
    public Drawn draw(PreferencePair pair, CorruptionConfig config) throws UnscorablePairException {
        boolean corrupted = kind(pair).hasChosen();
        var image = decode(pair);
        var corruption = image.filter(decoded -> corrupted)
                .map(decoded -> config.draw(pair.getPairId(), decoded.width(), decoded.height()));
        return new Drawn(corruption.stream().toList(), encode(pair, image, corruption));
    }

    /** Encodes a pair with the corruptions that its record carries. */
    public EncodedPair encode(PreferencePair pair, List<Corruption> corruptions) throws UnscorablePairException {
        boolean corrupted = kind(pair).hasChosen();
        var image = decode(pair);
        if (corruptions.size() != image.filter(decoded -> corrupted).stream().count()
                || !corruptions.stream().allMatch(corruption -> corruption.getImage() == 0)) {
            throw new UnscorablePairException(
                    RejectionReason.CORRUPTION_MISMATCH,
                    "there are %d corruptions for %d images and the kind %s"
                            .formatted(corruptions.size(), pair.getImages().size(), pair.getKind()));
        }
        return encode(pair, image, corruptions.stream().findFirst());
    }

    /** Ingest lets no other pass; somebody may write past it. */
    private static PairKind kind(PreferencePair pair) throws UnscorablePairException {
        var fault = PairKind.fault(pair);
        if (fault.isPresent()) {
            throw new UnscorablePairException(RejectionReason.INVALID_KIND, fault.get());
        }
        return PairKind.of(pair).orElseThrow();
    }

    /** Refuses texts that no tokenizer needs to see. Ingest takes far shorter ones; somebody may write past it. */
    private static void requireModest(PreferencePair pair) throws UnscorablePairException {
        long chars = (long) pair.getChosen().length() + pair.getRejected().length();
        chars += Prompts.texts(pair.getPrompt()).mapToLong(String::length).sum();
        int parts = pair.getPrompt().stream()
                .mapToInt(message -> 1 + message.getContent().size())
                .sum();
        if (parts > MAX_PARTS || chars > MAX_CHARS) {
            throw new UnscorablePairException(
                    RejectionReason.TEXT_TOO_LONG,
                    "the texts have %d characters in %d messages and parts, and at most %d in %d are tokenized"
                            .formatted(chars, parts, MAX_CHARS, MAX_PARTS));
        }
    }

    private Optional<RgbImage> decode(PreferencePair pair) throws UnscorablePairException {
        requireModest(pair);
        if (pair.getImages().size() > MAX_IMAGES) {
            throw new UnscorablePairException(
                    RejectionReason.TOO_MANY_IMAGES,
                    "the pair has %d images, and models are taught with at most %d so far"
                            .formatted(pair.getImages().size(), MAX_IMAGES));
        }
        return pair.getImages().isEmpty()
                ? Optional.empty()
                : Optional.of(decode(pair.getImages().get(0)));
    }

    private RgbImage decode(Object image) throws UnscorablePairException {
        if (!(image instanceof ByteBuffer encoded)) {
            throw new UnscorablePairException(
                    RejectionReason.IMAGE_REFERENCE_REFUSED,
                    "the image is a reference; ingest resolves references before a pair is scored");
        }
        try {
            return model.decode(bytes(encoded));
        } catch (RefusedImageException e) {
            throw new UnscorablePairException(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private EncodedPair encode(PreferencePair pair, Optional<RgbImage> image, Optional<Corruption> corruption)
            throws UnscorablePairException {
        var messages = ImagePlaces.of(pair);
        var images = new ArrayList<PairImage>();
        var corrupted = new ArrayList<PairImage>();
        var grids = new ArrayList<ImageGrid>();
        if (image.isPresent()) {
            var layout = layout(image.get());
            grids.add(layout.grid());
            images.add(new PairImage(layout, values(image::orElseThrow), values(() -> original(pair))));
            if (corruption.isPresent()) {
                corrupted.add(corruptedImage(pair, image.get(), layout, corruption.get()));
            }
        }
        try {
            var conversation = model.conversation(messages, grids);
            var prompt = conversation.prompt();
            var kind = kind(pair);
            var chosen = kind.hasChosen() ? conversation.completion(pair.getChosen()) : NO_TOKENS;
            var rejected = kind.hasRejected() ? conversation.completion(pair.getRejected()) : NO_TOKENS;
            int longest = prompt.length() + Math.max(chosen.length, rejected.length);
            if (longest > model.family().languageModel().maxPositions()) {
                throw new UnscorablePairException(
                        RejectionReason.TOO_MANY_TOKENS,
                        "prompt and answer have %d tokens, the model takes %d; image tokens are never cut"
                                .formatted(
                                        longest, model.family().languageModel().maxPositions()));
            }
            return new EncodedPair(prompt, chosen, rejected, images, corrupted);
        } catch (IllegalArgumentException e) {
            throw new UnscorablePairException(RejectionReason.UNSUITABLE_TEXT, String.valueOf(e.getMessage()));
        }
    }

    private PairImage corruptedImage(PreferencePair pair, RgbImage image, PixelLayout layout, Corruption drawn)
            throws UnscorablePairException {
        var corrupted = corrupted(pair, image, drawn);
        if (!layout(corrupted).grid().equals(layout.grid())) {
            throw new IllegalStateException("a corrupted image of another size than its original");
        }
        return new PairImage(
                layout, values(() -> corrupted), values(() -> corruptedAgain(pair, original(pair), drawn)));
    }

    private PixelLayout layout(RgbImage image) throws UnscorablePairException {
        try {
            return model.layout(image.width(), image.height());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UnscorablePairException(RejectionReason.IMAGE_TOO_ELONGATED, String.valueOf(e.getMessage()));
        }
    }

    private Supplier<PixelValues> values(Supplier<RgbImage> image) {
        return () -> model.pixelValues(image.get());
    }

    /** The image once more, from the bytes that were decoded before. */
    private RgbImage original(PreferencePair pair) {
        return model.decode(bytes((ByteBuffer) pair.getImages().get(0)));
    }

    private RgbImage corrupted(PreferencePair pair, RgbImage image, Corruption corruption)
            throws UnscorablePairException {
        try {
            return corruptedAgain(pair, image, corruption);
        } catch (RefusedImageException e) {
            throw new UnscorablePairException(e.reason(), "the corrupted image: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new UnscorablePairException(RejectionReason.CORRUPTION_MISMATCH, String.valueOf(e.getMessage()));
        }
    }

    private RgbImage corruptedAgain(PreferencePair pair, RgbImage image, Corruption corruption) {
        var given = pair.getCorruptedImages().stream()
                .filter(encoded -> corruption.getKind().equals("given") && encoded.hasRemaining())
                .findFirst()
                .map(PairEncoder::bytes)
                .map(model::decode);
        return ImageCorruption.apply(corruption, pair.getPairId(), image, given);
    }
}

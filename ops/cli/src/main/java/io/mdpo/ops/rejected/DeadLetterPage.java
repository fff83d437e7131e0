package io.mdpo.ops.rejected;

import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ops.config.Secrets;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** Everything that a letter tells. */
public final class DeadLetterPage {
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    private final PrintWriter out;

    public DeadLetterPage(PrintWriter out) {
        this.out = out;
    }

    /**
     * Prints fields, headers, and the original if it decodes. Headers that are secrets by their name are masked.
     *
     * @param decoder for what was no scored pair
     */
    public void print(DeadLetter letter, PairDecoder decoder) {
        var pair = letter.pair();
        line("offset", letter.offset());
        line("time", letter.time());
        line("stage", pair.getStage());
        line("reason", pair.getReason());
        line("message", pair.getMessage());
        line("pair id", String.valueOf(pair.getPairId()));
        line("refused record", letter.position());
        line("its timestamp", pair.getTimestamp());
        line("its key", letter.key());
        line("its value", "%,d bytes".formatted(letter.original().length));
        for (var header : letter.headers()) {
            line(
                    "header",
                    "%s = %s"
                            .formatted(
                                    header.key(),
                                    Secrets.isNameOfOne(header.key())
                                            ? Secrets.MASK
                                            : Printable.bytes(header.value())));
        }
        printOriginal(letter, decoder);
    }

    private void printOriginal(DeadLetter letter, PairDecoder decoder) {
        if (letter.original().length == 0) {
            line("original", "none: the record had no value, or was too large to be copied");
            return;
        }
        try {
            if (letter.pair().getStage().equals("learner")) {
                print(SCORED_PAIR.decode(letter.original()));
            } else {
                print(letter.decode(decoder));
            }
        } catch (SerializationException e) {
            line("original", String.valueOf(e.getMessage()));
        }
    }

    private void print(ScoredPair scored) {
        print(scored.getPair());
        for (var corruption : scored.getCorruptions()) {
            line(
                    "corrupted",
                    "image %d, %s of %d x %d at %d, %d, seed %d"
                            .formatted(
                                    corruption.getImage(),
                                    corruption.getKind(),
                                    corruption.getWidth(),
                                    corruption.getHeight(),
                                    corruption.getLeft(),
                                    corruption.getTop(),
                                    corruption.getSeed()));
        }
        var logProbs = scored.getLogProbs();
        line("log-prob", "chosen " + sum(logProbs.getChosen()));
        line("log-prob", "rejected " + sum(logProbs.getRejected()));
        line("log-prob", "chosen, corrupted image " + sum(logProbs.getChosenGivenCorruptedImage()));
        line("reference", scored.getReference().getId());
    }

    private static String sum(List<Float> logProbs) {
        return "%.3f over %d tokens"
                .formatted(logProbs.stream().mapToDouble(Float::doubleValue).sum(), logProbs.size());
    }

    /** Prints a pair's fields. */
    public void print(PreferencePair pair) {
        line("pair id", pair.getPairId());
        pair.getImages()
                .forEach(image -> line(
                        "image",
                        image instanceof ImageReference reference ? describe(reference) : bytes((ByteBuffer) image)));
        pair.getCorruptedImages().forEach(image -> line("corrupted", bytes(image)));
        for (var message : pair.getPrompt()) {
            message.getContent()
                    .forEach(part -> line(
                            message.getRole(),
                            Prompts.isText(part) ? part.getText() : "<%s>".formatted(part.getType())));
        }
        line("kind", pair.getKind());
        line("chosen", pair.getChosen());
        line("rejected", pair.getRejected());
        line("source", pair.getSource());
        line("created", pair.getCreatedAt());
    }

    /** Without what may be a login: the part before an at sign, and the query. */
    private static String describe(ImageReference reference) {
        var shown = reference
                .getUri()
                .replaceAll("//[^/?#]*@", "//" + Secrets.MASK + "@")
                .replaceAll("\\?.*", "?" + Secrets.MASK);
        return "%s, sha256 %s".formatted(shown, reference.getSha256());
    }

    private static String bytes(ByteBuffer image) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(image.duplicate());
            return "%,d bytes, sha256 %s"
                    .formatted(image.remaining(), HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Prints a field. */
    public void line(String what, Object value) {
        out.printf("%-14s  %s%n", Printable.text(what), Printable.text(String.valueOf(value)));
    }
}

package io.mdpo.learner.training;

import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Pairs in the words of {@link io.mdpo.scorer.vlm.TinyLlava}, about pictures of noise. */
final class TinyPairs {
    private TinyPairs() {}

    static List<PreferencePair> some(int pairs) {
        return IntStream.range(0, pairs).mapToObj(TinyPairs::pair).toList();
    }

    /** A pair without a picture. */
    static PreferencePair textAlone(int number) {
        return pair("text-" + number, number, List.of(), PairKind.PAIR);
    }

    /** The chosen answers of some pairs and the rejected ones of others, each by itself: an even one is desirable. */
    static List<PreferencePair> singles(int answers) {
        return IntStream.range(0, answers)
                .mapToObj(number -> pair(
                        "answer-" + number,
                        number,
                        List.of(picture(number)),
                        number % 2 == 0 ? PairKind.DESIRABLE : PairKind.UNDESIRABLE))
                .toList();
    }

    private static PreferencePair pair(int number) {
        return pair("pair-" + number, number, List.of(picture(number)), PairKind.PAIR);
    }

    private static ByteBuffer picture(int number) {
        var random = new SplittableRandom(number);
        var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            image.setRGB(i % 32, i / 32, random.nextInt(1 << 24));
        }
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static PreferencePair pair(String id, int number, List<Object> images, PairKind kind) {
        var words = List.of("dog", "cat", "one", "red");
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(images)
                .setPrompt(Prompts.user("what is this ?"))
                .setChosen(
                        kind.hasChosen()
                                ? "a " + words.get(number % 4) + " and the " + words.get((number + 1) % 4) + " ."
                                : "")
                .setRejected(kind.hasRejected() ? "two " + words.get((number + 2) % 4) + " ." : "")
                .setKind(kind.text())
                .setCreatedAt(Instant.EPOCH)
                .build();
    }
}

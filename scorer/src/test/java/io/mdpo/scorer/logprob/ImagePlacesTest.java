package io.mdpo.scorer.logprob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a pair's images stand, in the tiny model of each family. */
class ImagePlacesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String QUESTION = "What is this?";
    private static final List<String> PLACEHOLDERS =
            List.of("<image>", "<|image_pad|>", "<|vision_start|><|image_pad|><|vision_end|>");

    @ParameterizedTest
    @ValueSource(strings = {"llava", "bunny", "idefics3", "qwen2_5_vl"})
    void aPlaceholderAtTheBeginningAndAnImagePartGiveTheTokensAndPixelsOfNeither(String family) throws Exception {
        try (var model = open(family)) {
            var plain = encode(model, pair(Prompts.user(QUESTION)));
            var same = new ArrayList<List<Message>>();
            same.add(Prompts.aboutImage(QUESTION));
            for (var placeholder : PLACEHOLDERS) {
                same.add(Prompts.user(placeholder + QUESTION));
                same.add(Prompts.user(placeholder + "\n" + QUESTION));
            }
            for (var prompt : same) {
                var encoded = encode(model, pair(prompt));
                assertThat(encoded.prompt().ids())
                        .as("%s", prompt)
                        .isEqualTo(plain.prompt().ids());
                assertThat(encoded.prompt().next()).isEqualTo(plain.prompt().next());
                assertThat(encoded.chosen()).isEqualTo(plain.chosen());
                assertThat(encoded.rejected()).isEqualTo(plain.rejected());
                assertThat(values(encoded.images())).isDeepEqualTo(values(plain.images()));
                assertThat(values(encoded.corruptedImages())).isDeepEqualTo(values(plain.corruptedImages()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llava", "bunny", "idefics3", "qwen2_5_vl"})
    void anyOtherPlaceholderIsRefused(String family) {
        try (var model = open(family)) {
            for (var placeholder : PLACEHOLDERS) {
                for (var pair : List.of(
                        pair(Prompts.user("What " + placeholder + " is this?")),
                        pair(Prompts.user(QUESTION + "\n" + placeholder)),
                        pair(Prompts.user(placeholder + placeholder + QUESTION)),
                        pair(Prompts.aboutImage(placeholder + QUESTION)),
                        pair(List.of(
                                Prompts.message("user", QUESTION),
                                Prompts.message("assistant", "A dog."),
                                Prompts.message("user", placeholder + "And this?"))),
                        with(Prompts.user(QUESTION))
                                .setChosen(placeholder + "A dog.")
                                .build(),
                        with(Prompts.user(QUESTION))
                                .setRejected("A cat." + placeholder)
                                .build(),
                        textOnly(Prompts.user(placeholder + QUESTION)))) {
                    assertRefused(model, pair, RejectionReason.UNSUITABLE_TEXT, "stands for an image");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llava", "bunny", "idefics3", "qwen2_5_vl"})
    void aPairAboutTextAloneIsScoredAsTwoCompletionsAlsoBesideOneWithAnImage(String family) throws Exception {
        try (var model = open(family);
                var scratch = model.manager().newSubManager()) {
            var text = encode(model, textOnly(Prompts.user(QUESTION)));
            var image = encode(model, pair(Prompts.user(QUESTION)));
            assertThat(text.images()).isEmpty();
            assertThat(text.completionLengths()).containsExactly(text.chosen().length, text.rejected().length, 0);

            var scorer = new PairScorer(model);
            var alone = scorer.score(scratch, List.of(text), Recording.NONE, false);
            var beside = scorer.score(scratch, List.of(image, text), Recording.NONE, false);

            float[] logProbs = alone.logProbs().toFloatArray();
            assertThat(alone.lengths()).containsExactly(text.chosen().length, text.rejected().length);
            assertThat(logProbs).hasSize(text.chosen().length + text.rejected().length);
            float[] all = beside.logProbs().toFloatArray();
            int before = all.length - logProbs.length;
            for (int i = 0; i < logProbs.length; i++) {
                assertThat(logProbs[i]).isNegative().isCloseTo(all[before + i], within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llava", "qwen2_5_vl"})
    void imagesThatDoNotFitTheirPlacesAreRefused(String family) {
        try (var model = open(family)) {
            var two = new ArrayList<>(Prompts.aboutImage(QUESTION));
            two.addAll(Prompts.aboutImage("And this?"));
            assertRefused(model, pair(two), RejectionReason.IMAGE_COUNT_MISMATCH, "2 image parts and the pair 1");
            assertRefused(
                    model,
                    textOnly(Prompts.aboutImage(QUESTION)),
                    RejectionReason.IMAGE_COUNT_MISMATCH,
                    "1 image parts and the pair 0");
            assertRefused(
                    model,
                    with(two).setImages(List.of(image(), image())).build(),
                    RejectionReason.TOO_MANY_IMAGES,
                    "2 images");
            assertRefused(
                    model,
                    pair(List.of(new Message("user", List.of(new Part("video", ""), Prompts.text(QUESTION))))),
                    RejectionReason.INVALID_PART,
                    "neither text nor image");
            assertRefused(
                    model,
                    pair(List.of(Prompts.message("system", "Be brief."))),
                    RejectionReason.UNSUITABLE_TEXT,
                    "no text of the user");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "llava")
    void corruptionsThatDoNotFitTheImagesAreRefused(String family) {
        try (var model = open(family)) {
            var encoder = new PairEncoder(model);
            var first = new Corruption(0, "blank", 0L, 0, 0, 1, 1, 0.0);
            var second = new Corruption(1, "blank", 0L, 0, 0, 1, 1, 0.0);
            for (var corruptions : List.of(List.<Corruption>of(), List.of(second), List.of(first, second))) {
                assertThatThrownBy(() -> encoder.encode(pair(Prompts.user(QUESTION)), corruptions))
                        .isInstanceOfSatisfying(UnscorablePairException.class, refused -> assertThat(refused.reason())
                                .isEqualTo(RejectionReason.CORRUPTION_MISMATCH));
            }
            assertThatThrownBy(() -> encoder.encode(textOnly(Prompts.user(QUESTION)), List.of(first)))
                    .isInstanceOf(UnscorablePairException.class);
        }
    }

    private static VisionLanguageModel open(String family) {
        return VisionLanguageModel.open(GOLDEN.resolve(family).resolve("model"));
    }

    private static EncodedPair encode(VisionLanguageModel model, PreferencePair pair) throws UnscorablePairException {
        return new PairEncoder(model).draw(pair, CorruptionConfig.defaults()).pair();
    }

    private static void assertRefused(
            VisionLanguageModel model, PreferencePair pair, RejectionReason reason, String words) {
        assertThatThrownBy(() -> encode(model, pair))
                .as("%s", pair.getPrompt())
                .isInstanceOfSatisfying(UnscorablePairException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason))
                .hasMessageContaining(words);
    }

    private static PreferencePair pair(List<Message> prompt) {
        return with(prompt).build();
    }

    private static PreferencePair textOnly(List<Message> prompt) {
        return with(prompt).setImages(List.of()).build();
    }

    private static PreferencePair.Builder with(List<Message> prompt) {
        return PreferencePair.newBuilder()
                .setPairId("p")
                .setImages(List.of(image()))
                .setPrompt(prompt)
                .setChosen("A dog.")
                .setRejected("A cat and a dog.")
                .setCreatedAt(Instant.EPOCH);
    }

    private static ByteBuffer image() {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(GOLDEN.resolve("images/landscape.png")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static float[][] values(List<PixelValues> images) {
        return images.stream().map(PixelValues::values).toArray(float[][]::new);
    }
}

package io.mdpo.scorer.image;

import io.mdpo.operator.SettingException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a model sees behind the transparent parts of a picture. vLLM puts every picture on white before the family's
 * processor sees it, and so does the processor of Idefics3; the other processors of Hugging Face drop transparency, so that
 * the colour shows that a file happens to have under it.
 *
 * @param colour empty where transparency is dropped
 */
public record Background(Optional<RgbImage.Colour> colour) {
    private static final Pattern HEX = Pattern.compile("#[0-9a-f]{6}");

    public static final Background WHITE = of("white");

    /** Transparency is dropped and not blended, as Pillow's {@code convert("RGB")} does. */
    public static final Background NONE = of("none");

    /**
     * Reads a setting.
     *
     * @param text {@code white}, {@code black}, a colour as {@code #rrggbb}, or {@code none}
     */
    public static Background of(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("none")) {
            return new Background(Optional.empty());
        }
        var hex = lower.equals("white") ? "#ffffff" : lower.equals("black") ? "#000000" : lower;
        if (!HEX.matcher(hex).matches()) {
            throw new SettingException(
                    "background",
                    "is \'%s\'; it has to be white, black, a colour such as #808080, or none".formatted(text));
        }
        int rgb = Integer.parseInt(hex.substring(1), 16);
        return new Background(Optional.of(new RgbImage.Colour(rgb >> 16, rgb >> 8 & 0xFF, rgb & 0xFF)));
    }

    /** A sample on this background, rounded as Pillow does when it pastes or composes. */
    int behind(int sample, int alpha, int channel) {
        if (alpha == 255 || colour.isEmpty()) {
            return sample;
        }
        int sum = sample * alpha + colour.get().channel(channel) * (255 - alpha) + 128;
        return (sum + (sum >> 8)) >> 8;
    }

    /** One name for one background, whichever way it was written. */
    @Override
    public String toString() {
        return colour.map(c -> "#%02x%02x%02x".formatted(c.red(), c.green(), c.blue()))
                .orElse("none");
    }
}

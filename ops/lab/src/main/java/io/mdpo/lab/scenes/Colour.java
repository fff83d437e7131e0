package io.mdpo.lab.scenes;

import java.util.List;
import java.util.Locale;

/** The colour that an object is drawn and named in. {@link #PLAIN} is the sprite's own, which captions do not name. */
public enum Colour {
    PLAIN(0, 0, 0, 0),
    RED(1, 0.985f, 0.80f, 0.87f),
    YELLOW(2, 0.130f, 0.72f, 0.98f),
    GREEN(3, 0.345f, 0.66f, 0.66f),
    BLUE(4, 0.590f, 0.74f, 0.86f),
    PURPLE(5, 0.765f, 0.56f, 0.72f);

    private static final List<Colour> NAMED = List.of(RED, YELLOW, GREEN, BLUE, PURPLE);

    private final int id;
    private final float hue;
    private final float saturation;
    private final float brightness;

    Colour(int id, float hue, float saturation, float brightness) {
        this.id = id;
        this.hue = hue;
        this.saturation = saturation;
        this.brightness = brightness;
    }

    /** The label of the colour in patch labels: 0 for {@link #PLAIN}, from 1 for the named ones. */
    public int id() {
        return id;
    }

    /** The colours that a colourable object can have. */
    public static List<Colour> named() {
        return NAMED;
    }

    /** The word for the colour; empty for {@link #PLAIN}. */
    public String word() {
        return this == PLAIN ? "" : name().toLowerCase(Locale.ROOT);
    }

    float hue() {
        return hue;
    }

    float saturation() {
        return saturation;
    }

    float brightness() {
        return brightness;
    }
}

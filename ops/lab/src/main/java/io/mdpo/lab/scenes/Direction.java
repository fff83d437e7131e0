package io.mdpo.lab.scenes;

import java.util.Locale;

/** Where one object is, seen from another. */
public enum Direction {
    LEFT_OF,
    RIGHT_OF,
    ABOVE,
    BELOW;

    /** The words, such as {@code left of}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    public Direction opposite() {
        return switch (this) {
            case LEFT_OF -> RIGHT_OF;
            case RIGHT_OF -> LEFT_OF;
            case ABOVE -> BELOW;
            case BELOW -> ABOVE;
        };
    }
}

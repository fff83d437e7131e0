package io.mdpo.lab.experiment;

import java.util.Locale;

/** What tells the chosen answers of a stream from the rejected ones. */
enum StreamKind {
    /** Only what is in the picture: the chosen answer is true, the rejected one the base's own or a false edit. */
    GROUNDED,
    /**
     * Mostly a phrase: both answers are the base's own, the better one is chosen, and the rejected one ends with "in the
     * picture" in most pairs. Language alone then predicts the preference.
     */
    SHORTCUT;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}

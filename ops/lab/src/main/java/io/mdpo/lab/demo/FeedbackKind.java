package io.mdpo.lab.demo;

/** What somebody who looks at a scene says of its two answers. */
public enum FeedbackKind {
    /** That the chosen one is better. */
    PAIRS,
    /** A thumb up for the chosen one or a thumb down for the rejected one, never both: half of what a pair says. */
    THUMBS
}

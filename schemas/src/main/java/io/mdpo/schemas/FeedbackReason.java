package io.mdpo.schemas;

/** Where a feedback ended. The names are the stable codes in {@code FeedbackOutcome.outcome}. */
public enum FeedbackReason {
    /** It made pairs, which the outcome names. */
    PAIRED,
    /** A retraction that took its feedback back. */
    APPLIED,
    /** Its rater took it back. */
    RETRACTED,
    /** Its rater said something else of the same later. */
    REPLACED,
    /** More raters said the opposite. */
    CONTRADICTED,
    /** As many raters said the opposite, or the ratings are too close. */
    TIE,
    /** Nobody judged another answer, so that there is nothing to compare with. */
    NO_COUNTERPART,
    /** The interaction did not come within the bound. */
    UNKNOWN_INTERACTION,
    /** The interaction has no answer with this id. */
    UNKNOWN_ANSWER,
    /** A retraction names no judgement of its rater in this interaction. */
    NOTHING_TO_RETRACT,
    /** The value does not lie on its scale, or the scale is none. */
    INVALID_RATING,
    /** The answers that it compares have the same text. */
    EQUAL_ANSWERS,
    /** An answer that it is about has no text. */
    EMPTY_ANSWER,
    /** No rule that is on uses such a judgement. */
    RULE_OFF,
    /** The interaction was settled, or its time for changes of mind was over. */
    TOO_LATE,
    /** More feedback came for the same than is held. */
    TOO_MANY,
    /** The images and prompt, or an answer, are too large for a pair. */
    TOO_LARGE,
    /** Something that nobody foresaw went wrong with the interaction. */
    UNPREPARABLE
}

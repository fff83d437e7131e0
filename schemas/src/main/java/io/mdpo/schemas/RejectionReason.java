package io.mdpo.schemas;

/** Why a pair was refused. The names are the stable codes in {@code RejectedPair.reason}. */
public enum RejectionReason {
    /** The value is not the topic's record in an encoding that the topic takes. */
    UNDECODABLE_RECORD,
    /** The record key is not the pair id, so duplicates could not be found. */
    KEY_MISMATCH,
    EMPTY_PAIR_ID,
    /** An interaction or a feedback has no id. */
    EMPTY_ID,
    EMPTY_PROMPT,
    /** A message has a role other than system, user and assistant. */
    INVALID_ROLE,
    /** A part of a message is neither a text nor an image. */
    INVALID_PART,
    /** The pair is neither a pair nor one answer that is good or bad by itself, or has an answer that its kind has no place for. */
    INVALID_KIND,
    EMPTY_CHOSEN,
    EMPTY_REJECTED,
    CHOSEN_EQUALS_REJECTED,
    TEXT_TOO_LONG,
    /** The pair, with everything in it, does not fit into a record. */
    RECORD_TOO_LARGE,
    /** Images, image parts of the prompt and corrupted images do not agree in number. */
    IMAGE_COUNT_MISMATCH,
    /** The pair has more images than a pair may have, or than the model is taught with. */
    TOO_MANY_IMAGES,
    IMAGE_TOO_LARGE,
    IMAGE_TOO_MANY_PIXELS,
    /** One side is so many times the other that no model sees anything in it. */
    IMAGE_TOO_ELONGATED,
    UNDECODABLE_IMAGE,
    IMAGE_REFERENCE_REFUSED,
    DUPLICATE_PAIR_ID,
    DUPLICATE_CONTENT,
    /** Some of the pair's images are of the held-out share and some are not, so it belongs to neither side. */
    HELD_OUT_IN_PART,
    /** A gate held the pair back, and a person decided against it. */
    DROPPED,
    /** The model's tokenizer or prompt template cannot take the texts, for example one with an image token in it. */
    UNSUITABLE_TEXT,
    /** The recorded corruption does not fit the image. */
    CORRUPTION_MISMATCH,
    /** Image tokens, prompt and answer exceed the model's context. Image tokens are never truncated. */
    TOO_MANY_TOKENS,
    /** The pair was scored by a reference model that the learner does not accept. */
    REFERENCE_MISMATCH,
    /** One answer that is good or bad by itself, and the learner's objective compares two. */
    UNPAIRED_ANSWER,
    /** Something that nobody foresaw went wrong while the pair was read, prepared, scored or learned. */
    UNPREPARABLE_PAIR,
    /** The pair makes the loss or a gradient infinite or not a number. */
    NON_FINITE
}

package io.mdpo.ops.imports.rows;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A row of a data file. */
public sealed interface Row {
    Place place();

    /** A row that could be read. Text is text, bytes are a binary node; what is null in the file may be missing. */
    record Sound(Place place, ObjectNode fields) implements Row {}

    /** A row, or what is left of the file from it on, that could not be read; {@code why} is a sentence. */
    record Unreadable(Place place, String why) implements Row {}
}

/** Turns what people thought of answers into preference pairs: joins feedback to interactions, settles, and applies rules. */
@NullMarked
package io.mdpo.ingest.pairing;

import org.jspecify.annotations.NullMarked;

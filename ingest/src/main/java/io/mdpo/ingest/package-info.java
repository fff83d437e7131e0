/** Turns raw preference pairs into pairs that can be learned from: normalises, validates, de-duplicates, and says why not. */
@NullMarked
package io.mdpo.ingest;

import org.jspecify.annotations.NullMarked;

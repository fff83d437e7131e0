/** How a raw pair, an interaction and a feedback may be written, and their reading. */
@NullMarked
package io.mdpo.ingest.encoding;

import org.jspecify.annotations.NullMarked;

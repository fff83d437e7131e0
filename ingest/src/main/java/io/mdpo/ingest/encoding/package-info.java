/** How a raw pair may be written, and its reading. */
@NullMarked
package io.mdpo.ingest.encoding;

import org.jspecify.annotations.NullMarked;

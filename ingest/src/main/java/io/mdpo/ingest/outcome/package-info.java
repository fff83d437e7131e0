/** What the checks of ingest say of a pair. */
@NullMarked
package io.mdpo.ingest.outcome;

import org.jspecify.annotations.NullMarked;

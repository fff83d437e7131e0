/** Reads preference data sets as they are published, and sends their pairs to {@code raw-pairs}. */
@NullMarked
package io.mdpo.ops.imports;

import org.jspecify.annotations.NullMarked;

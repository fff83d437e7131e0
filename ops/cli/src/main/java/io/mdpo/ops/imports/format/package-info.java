/** The shapes in which public data sets keep preferences, and how a row of each becomes pairs. */
@NullMarked
package io.mdpo.ops.imports.format;

import org.jspecify.annotations.NullMarked;

/** Reads the rows of data files: JSON arrays, JSON Lines and Parquet, one row at a time and in bounded memory. */
@NullMarked
package io.mdpo.ops.imports.rows;

import org.jspecify.annotations.NullMarked;

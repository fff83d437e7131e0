/** Measures how fast data sets are imported. */
@NullMarked
package io.mdpo.lab.imports;

import org.jspecify.annotations.NullMarked;

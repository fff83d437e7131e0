/** The {@code mdpo} command line. */
@NullMarked
package io.mdpo.ops.cli;

import org.jspecify.annotations.NullMarked;

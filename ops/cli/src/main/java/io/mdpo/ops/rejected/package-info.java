/** The dead letters of all services: reads them, shows them, and sends their originals again. */
@NullMarked
package io.mdpo.ops.rejected;

import org.jspecify.annotations.NullMarked;

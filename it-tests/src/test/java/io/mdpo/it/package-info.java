/** Behaviour across modules, on a real broker. */
@NullMarked
package io.mdpo.it;

import org.jspecify.annotations.NullMarked;

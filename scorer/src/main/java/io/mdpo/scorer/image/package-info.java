/** Images from encoded bytes to the pixel values that a vision tower takes, and their corruption. */
@NullMarked
package io.mdpo.scorer.image;

import org.jspecify.annotations.NullMarked;

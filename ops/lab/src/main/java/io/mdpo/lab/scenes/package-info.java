/**
 * Pictures composed from emoji sprites whose contents are known exactly: generation, rendering, captions, noise, and
 * preference pairs.
 */
@NullMarked
package io.mdpo.lab.scenes;

import org.jspecify.annotations.NullMarked;

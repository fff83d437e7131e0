/** Checkpoints as records: written whole or not at all, verified when read, dropped by a retention rule. */
@NullMarked
package io.mdpo.learner.checkpoint;

import org.jspecify.annotations.NullMarked;

/** AdamW with clipping and a schedule, whose state can be saved and restored exactly. */
@NullMarked
package io.mdpo.learner.optimizer;

import org.jspecify.annotations.NullMarked;

/** One training step: scoring with gradients, loss, optimizer, metrics. */
@NullMarked
package io.mdpo.learner.training;

import org.jspecify.annotations.NullMarked;

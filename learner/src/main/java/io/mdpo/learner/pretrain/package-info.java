/** Pre-training of a small model from random weights: vision tower first, then projector and language model. */
@NullMarked
package io.mdpo.learner.pretrain;

import org.jspecify.annotations.NullMarked;

/** Preference losses over named log-probabilities. */
@NullMarked
package io.mdpo.learner.objective;

import org.jspecify.annotations.NullMarked;

/** The gate that needs log-probabilities: sources whose labels go against the order of the reference model. */
@NullMarked
package io.mdpo.scorer.gate;

import org.jspecify.annotations.NullMarked;

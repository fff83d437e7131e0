/** Measuring a policy: the port that held-out pairs, scenes and benchmarks implement. */
@NullMarked
package io.mdpo.learner.evaluation;

import org.jspecify.annotations.NullMarked;

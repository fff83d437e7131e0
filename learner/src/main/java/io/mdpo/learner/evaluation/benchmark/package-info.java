/** Public hallucination benchmarks: their questions, their files of answers, and what they report. */
@NullMarked
package io.mdpo.learner.evaluation.benchmark;

import org.jspecify.annotations.NullMarked;

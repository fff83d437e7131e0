/** Public hallucination benchmarks: their questions, their files of answers, and what they report. */
@NullMarked
package io.mdpo.lab.benchmark;

import org.jspecify.annotations.NullMarked;

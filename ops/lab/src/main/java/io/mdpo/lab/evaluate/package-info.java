/** Evaluates a model, or answers that it gave, on public hallucination benchmarks. */
@NullMarked
package io.mdpo.lab.evaluate;

import org.jspecify.annotations.NullMarked;

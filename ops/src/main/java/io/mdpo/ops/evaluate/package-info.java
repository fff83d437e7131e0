/** Evaluates a model, or answers that it gave, on public hallucination benchmarks. */
@NullMarked
package io.mdpo.ops.evaluate;

import org.jspecify.annotations.NullMarked;

/** Log-probabilities of completions: pairs into tokens and pixels, packing with shared prefixes, and scoring. */
@NullMarked
package io.mdpo.scorer.logprob;

import org.jspecify.annotations.NullMarked;

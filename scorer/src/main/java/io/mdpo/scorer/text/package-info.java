/** Texts into token ids: the model's own tokenizer and chat template. */
@NullMarked
package io.mdpo.scorer.text;

import org.jspecify.annotations.NullMarked;

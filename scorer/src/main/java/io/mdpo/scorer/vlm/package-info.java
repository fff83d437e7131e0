/** Vision-language models in Hugging Face directories: families, weights, tokenizer, prompt template. */
@NullMarked
package io.mdpo.scorer.vlm;

import org.jspecify.annotations.NullMarked;

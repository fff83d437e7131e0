/** Low-rank adapters on the linear layers of the language model, in PEFT's format. */
@NullMarked
package io.mdpo.learner.lora;

import org.jspecify.annotations.NullMarked;

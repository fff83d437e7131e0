/**
 * Model families: what each reads from a Hugging Face directory, the TorchScript that runs it, how it sees images and how
 * it writes conversations. A family is one class made of shared parts; {@link io.mdpo.scorer.family.ModelFamilies} lists
 * them.
 */
@NullMarked
package io.mdpo.scorer.family;

import org.jspecify.annotations.NullMarked;

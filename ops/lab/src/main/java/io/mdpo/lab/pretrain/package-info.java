/** Makes the bundled model: a small LLaVA pre-trained on scenes whose captions carry a planted prior. */
@NullMarked
package io.mdpo.lab.pretrain;

import org.jspecify.annotations.NullMarked;

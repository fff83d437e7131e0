/** MMHal-Bench: open questions whose answers a language model judges. */
@NullMarked
package io.mdpo.learner.evaluation.benchmark.mmhal;

import org.jspecify.annotations.NullMarked;

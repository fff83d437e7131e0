/** MMHal-Bench: open questions whose answers a language model judges. */
@NullMarked
package io.mdpo.lab.benchmark.mmhal;

import org.jspecify.annotations.NullMarked;

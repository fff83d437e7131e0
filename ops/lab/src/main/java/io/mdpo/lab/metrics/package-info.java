/** What a policy's answers are worth: hallucination metrics that need no judge. */
@NullMarked
package io.mdpo.lab.metrics;

import org.jspecify.annotations.NullMarked;

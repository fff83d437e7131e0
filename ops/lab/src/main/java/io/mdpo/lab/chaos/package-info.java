/** The pipeline as separate processes that are killed at random moments, and the proof that nothing came of it. */
@NullMarked
package io.mdpo.lab.chaos;

import org.jspecify.annotations.NullMarked;

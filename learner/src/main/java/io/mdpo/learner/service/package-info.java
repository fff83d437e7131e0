/** The learning service: scored pairs in, optimizer steps, checkpoints and metrics out, exactly once. */
@NullMarked
package io.mdpo.learner.service;

import org.jspecify.annotations.NullMarked;

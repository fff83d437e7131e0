/** Pairs that a gate holds back: listed, released to where they were going, or dropped with a dead letter. */
@NullMarked
package io.mdpo.ops.quarantine;

import org.jspecify.annotations.NullMarked;

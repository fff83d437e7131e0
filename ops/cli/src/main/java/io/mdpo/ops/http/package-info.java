/** The HTTP endpoints of a running service: metrics, liveness and readiness. */
@NullMarked
package io.mdpo.ops.http;

import org.jspecify.annotations.NullMarked;

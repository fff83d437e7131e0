/** The gateway's way into Kafka: every record that was acknowledged is in its topic, once. */
@NullMarked
package io.mdpo.ops.gateway.log;

import org.jspecify.annotations.NullMarked;

/** An in-process Kafka broker and the creation of the topic catalogue on any broker. */
@NullMarked
package io.mdpo.ops.broker;

import org.jspecify.annotations.NullMarked;

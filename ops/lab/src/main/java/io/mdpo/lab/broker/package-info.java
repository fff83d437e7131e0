/** A Kafka broker in this process, for trials and tests. */
@NullMarked
package io.mdpo.lab.broker;

import org.jspecify.annotations.NullMarked;

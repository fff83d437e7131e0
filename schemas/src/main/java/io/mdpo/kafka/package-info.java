/** How a service of this project reads and writes Kafka: clients, transactions and dead letters. Knows no model. */
@NullMarked
package io.mdpo.kafka;

import org.jspecify.annotations.NullMarked;

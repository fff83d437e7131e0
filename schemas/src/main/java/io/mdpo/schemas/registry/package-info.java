/** The Confluent wire format, and the schema registry that it needs. */
@NullMarked
package io.mdpo.schemas.registry;

import org.jspecify.annotations.NullMarked;

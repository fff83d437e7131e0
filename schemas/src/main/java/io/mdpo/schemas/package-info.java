/** The contract between the services: topic catalogue, serdes and rejection reasons around the generated Avro records. */
@NullMarked
package io.mdpo.schemas;

import org.jspecify.annotations.NullMarked;

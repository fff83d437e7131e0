/** The process around the services: command line, configuration, endpoints and the embedded broker. */
@NullMarked
package io.mdpo.ops;

import org.jspecify.annotations.NullMarked;

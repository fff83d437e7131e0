/** Binds configuration files in HOCON onto the records that the services take. */
@NullMarked
package io.mdpo.ops.config;

import org.jspecify.annotations.NullMarked;

/** What the process needs to know of a service in order to run it. */
@NullMarked
package io.mdpo.ops.service;

import org.jspecify.annotations.NullMarked;

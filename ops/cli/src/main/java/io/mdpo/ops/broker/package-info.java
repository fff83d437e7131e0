/** The broker as an operator meets it: login, faults, and the creation of the topic catalogue. */
@NullMarked
package io.mdpo.ops.broker;

import org.jspecify.annotations.NullMarked;

/** The gateway: interactions and feedback over HTTP, from products and from the webhooks of labelling tools, into topics. */
@NullMarked
package io.mdpo.ops.gateway;

import org.jspecify.annotations.NullMarked;

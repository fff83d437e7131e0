/** Gets the image that a pair names, from a folder or from a host that is allowed, and proves that it can be learned from. */
@NullMarked
package io.mdpo.ingest.image;

import org.jspecify.annotations.NullMarked;

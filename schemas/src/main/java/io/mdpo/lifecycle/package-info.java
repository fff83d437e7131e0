/** How a service lives and ends: its states, and the group that runs several in one process. */
@NullMarked
package io.mdpo.lifecycle;

import org.jspecify.annotations.NullMarked;

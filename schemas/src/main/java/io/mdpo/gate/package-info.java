/** What the content gates of all services share: names, actions, findings, metrics. */
@NullMarked
package io.mdpo.gate;

import org.jspecify.annotations.NullMarked;

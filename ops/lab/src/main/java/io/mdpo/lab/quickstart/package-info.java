/** One command from nothing to a trained adapter: broker, topics, services, pairs, and a table of before and after. */
@NullMarked
package io.mdpo.lab.quickstart;

import org.jspecify.annotations.NullMarked;

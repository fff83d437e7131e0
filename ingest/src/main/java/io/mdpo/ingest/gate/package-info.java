/** The content gates of ingest: what many pairs together say about their labels and pictures. */
@NullMarked
package io.mdpo.ingest.gate;

import org.jspecify.annotations.NullMarked;

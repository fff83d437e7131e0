/** What an encoded image in a record may be, judged before a decoder sees it: by ingest, and by whoever reads past it. */
@NullMarked
package io.mdpo.schemas.image;

import org.jspecify.annotations.NullMarked;

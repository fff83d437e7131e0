/** What the gateway is sent, in its own JSON and in that of Argilla, Label Studio and Open WebUI, read into events. */
@NullMarked
package io.mdpo.ops.gateway.form;

import org.jspecify.annotations.NullMarked;

/** How soon the gates notice what they are made for, measured on the bundled scenes. */
@NullMarked
package io.mdpo.lab.gates;

import org.jspecify.annotations.NullMarked;

/** The bundled demonstration: where its model and pairs lie, and how a model is evaluated on its scenes. */
@NullMarked
package io.mdpo.lab.demo;

import org.jspecify.annotations.NullMarked;

/** A made-up product's interactions and feedback, and a plain program that pairs them, to hold the real one against. */
@NullMarked
package io.mdpo.lab.feedback;

import org.jspecify.annotations.NullMarked;

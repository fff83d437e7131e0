/** What an operator can put right: the one kind of error that is shown as its sentence alone. */
@NullMarked
package io.mdpo.operator;

import org.jspecify.annotations.NullMarked;

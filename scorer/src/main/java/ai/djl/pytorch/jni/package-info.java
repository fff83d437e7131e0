/** The one class that has to share DJL's package to reach its library handle. */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;

/** AMBER: descriptions of images, and questions with yes or no, scored without a judge. */
@NullMarked
package io.mdpo.lab.benchmark.amber;

import org.jspecify.annotations.NullMarked;

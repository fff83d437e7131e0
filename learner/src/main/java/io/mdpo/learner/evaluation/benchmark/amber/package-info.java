/** AMBER: descriptions of images, and questions with yes or no, scored without a judge. */
@NullMarked
package io.mdpo.learner.evaluation.benchmark.amber;

import org.jspecify.annotations.NullMarked;

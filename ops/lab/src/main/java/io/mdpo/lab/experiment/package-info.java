/**
 * The paper's comparison on scenes: every variant of the objective from one base on one stream, judged on unseen scenes.
 */
@NullMarked
package io.mdpo.lab.experiment;

import org.jspecify.annotations.NullMarked;

/** CHAIR on COCO images, as Object HalBench takes it: which of the objects in an answer are in its image. */
@NullMarked
package io.mdpo.lab.benchmark.chair;

import org.jspecify.annotations.NullMarked;

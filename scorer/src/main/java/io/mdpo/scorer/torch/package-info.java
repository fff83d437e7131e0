/**
 * The numerical engine: TorchScript source compiled by DJL's PyTorch engine, and safetensors files. No other package
 * touches DJL's {@code jni} classes.
 */
@NullMarked
package io.mdpo.scorer.torch;

import org.jspecify.annotations.NullMarked;

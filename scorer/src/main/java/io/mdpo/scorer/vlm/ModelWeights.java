package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.Map;

/**
 * Frozen weights by their names in the files.
 *
 * @param tensors what the engine reads as it is
 * @param bfloat16Bits mapped bf16 tensors, as fp16 tensors of the same bits
 */
record ModelWeights(Map<String, NDArray> tensors, Map<String, NDArray> bfloat16Bits) {
    ModelWeights {
        tensors = Collections.unmodifiableMap(tensors);
        bfloat16Bits = Collections.unmodifiableMap(bfloat16Bits);
    }
}

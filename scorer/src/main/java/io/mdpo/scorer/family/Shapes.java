package io.mdpo.scorer.family;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects the tensors that a program reads, layer by layer. */
final class Shapes {
    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    Shapes tensor(String name, long... shape) {
        shapes.put(name, new Shape(shape));
        return this;
    }

    /** A layer's weight (out, in) and, if it has one, its bias. */
    Shapes linear(String name, long in, long out, boolean bias) {
        tensor(name + ".weight", out, in);
        return bias ? tensor(name + ".bias", out) : this;
    }

    /** Weight and bias of a LayerNorm. */
    Shapes layerNorm(String name, long size) {
        return tensor(name + ".weight", size).tensor(name + ".bias", size);
    }

    Shapes all(Map<String, Shape> others) {
        shapes.putAll(others);
        return this;
    }

    Map<String, Shape> map() {
        return shapes;
    }
}

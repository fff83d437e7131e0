package io.mdpo.scorer.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.ModuleCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled TorchScript class. Its methods are source text from resource files; Java passes tensors and plain values.
 *
 * <p>An operator computes on the thread that calls it and on no other, whatever the engine is told: how sums are split
 * among threads decides their last bits. Several threads may call methods at once, as long as none of them assigns a slot.
 *
 * <p>Compile and run-time errors arrive as {@link TorchProgramException} with the source lines that PyTorch reports.
 */
public final class TorchProgram implements AutoCloseable {
    private final PtSymbolBlock module;

    private TorchProgram(PtSymbolBlock module) {
        this.module = module;
    }

    /** Collects the parts of a program: source files, constants, and slots that tensors are bound to later. */
    public static final class Builder {
        private final StringBuilder methods = new StringBuilder();
        private final Map<String, Object> constants = new LinkedHashMap<>();
        private final Map<String, String> slots = new LinkedHashMap<>();

        /** Adds the method definitions in a resource file that stands beside {@code owner}. */
        public Builder source(Class<?> owner, String resource) {
            try (var in = owner.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalArgumentException("no resource %s beside %s".formatted(resource, owner));
                }
                methods.append(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        /** Adds method definitions given as text. */
        public Builder source(String text) {
            methods.append(text).append('\n');
            return this;
        }

        public Builder constant(String name, long value) {
            constants.put(name, value);
            return this;
        }

        public Builder constant(String name, double value) {
            constants.put(name, value);
            return this;
        }

        public Builder constant(String name, boolean value) {
            constants.put(name, value);
            return this;
        }

        public Builder constant(String name, String value) {
            constants.put(name, value);
            return this;
        }

        /** Declares {@code self.NAME : Optional[TYPE]}, None until a method assigns it. */
        public Builder slot(String name, String type) {
            slots.put(name, "Optional[" + type + "]");
            return this;
        }

        /** Compiles the program; it is released when {@code manager} is closed. */
        public TorchProgram compile(NDManager manager) {
            byte[] archive = TorchScriptArchive.write(methods.toString(), constants, slots);
            prepareThread(false);
            try {
                return new TorchProgram(
                        JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
            } catch (EngineException e) {
                throw new TorchProgramException("the TorchScript program does not compile", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Runs a method without recording gradients. */
    public NDList call(NDManager results, String method, Object... arguments) {
        return run(false, results, method, arguments);
    }

    /** Runs a method and records the graph that {@link Gradients} need. */
    public NDList callWithGradients(NDManager results, String method, Object... arguments) {
        return run(true, results, method, arguments);
    }

    /**
     * All of these are settings of the calling thread: OpenMP, MKL and oneDNN take their number of threads from it. The
     * profiling executor would recompile for every new shape.
     */
    private static void prepareThread(boolean gradients) {
        JniUtils.setNumThreads(1);
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(gradients);
    }

    /**
     * Arguments: {@link NDArray} for Tensor, Long and Integer for int, Double for float, Boolean, String, {@code long[]}
     * for List[int], {@code List<NDArray>} for List[Tensor], {@code Map<String, NDArray>} for Dict[str, Tensor]. The
     * tensors of the result, in order, belong to {@code results}.
     */
    private NDList run(boolean gradients, NDManager results, String method, Object... arguments) {
        prepareThread(gradients);
        var values = new ArrayList<IValue>(arguments.length);
        try {
            for (var argument : arguments) {
                values.add(toValue(argument));
            }
            try (var result = ModuleCall.run(module, method, values.toArray(IValue[]::new))) {
                return result.toNDList((PtNDManager) results);
            }
        } catch (EngineException e) {
            throw new TorchProgramException("TorchScript method %s failed".formatted(method), e);
        } finally {
            values.forEach(IValue::close);
        }
    }

    @SuppressWarnings("unchecked") // The element types of lists and maps are part of this method's contract.
    private static IValue toValue(Object argument) {
        if (argument instanceof NDArray tensor) {
            return IValue.from((PtNDArray) tensor);
        } else if (argument instanceof Long || argument instanceof Integer) {
            return IValue.from(((Number) argument).longValue());
        } else if (argument instanceof Double value) {
            return IValue.from(value.doubleValue());
        } else if (argument instanceof Boolean value) {
            return IValue.from(value.booleanValue());
        } else if (argument instanceof String text) {
            return IValue.from(text);
        } else if (argument instanceof long[] values) {
            return IValue.listFrom(values);
        } else if (argument instanceof List<?> tensors) {
            return IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
        } else if (argument instanceof Map<?, ?> tensors) {
            var map = new LinkedHashMap<String, PtNDArray>();
            ((Map<String, NDArray>) tensors).forEach((name, tensor) -> map.put(name, (PtNDArray) tensor));
            return IValue.stringMapFrom(map);
        }
        throw new IllegalArgumentException("no TorchScript type for " + argument.getClass());
    }

    @Override
    public void close() {
        module.close();
    }
}

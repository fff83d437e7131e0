package ai.djl.pytorch.jni;

import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.Arrays;

/**
 * Runs a TorchScript method with typed arguments and autograd. It lives in DJL's package because the library handle is
 * package-private and the public {@code IValueUtils.runMethod} always runs in inference mode, whose results can never
 * take part in a later backward pass.
 */
public final class ModuleCall {
    private ModuleCall() {}

    /** Runs {@code method}; the caller closes the arguments and the result. */
    public static IValue run(PtSymbolBlock module, String method, IValue... arguments) {
        long[] handles = Arrays.stream(arguments).mapToLong(IValue::getHandle).toArray();
        return new IValue(PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, handles, true, false));
    }
}

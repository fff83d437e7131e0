package io.mdpo.scorer.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.mdpo.operator.SettingException;
import org.jspecify.annotations.Nullable;

/** The PyTorch engine of this process. */
public final class Torch {
    private static final String ENGINE = "PyTorch";

    private static @Nullable Kernels kernels;

    private Torch() {}

    /**
     * Starts the engine, unless it runs already.
     *
     * @param wanted of the whole process: its libraries choose their kernels once, when they are loaded
     * @throws SettingException these kernels are not to be had on this machine, or the engine runs with others
     */
    public static synchronized void start(Kernels wanted) {
        if (kernels == null) {
            wanted.pin();
            kernels = wanted;
            Engine.getEngine(ENGINE);
        } else if (kernels != wanted) {
            throw new SettingException(
                    "kernels",
                    "is %s, and the engine of this process was started with %s kernels; use one setting in a process"
                            .formatted(wanted, kernels));
        }
    }

    static synchronized Engine engine() {
        if (kernels == null) {
            start(Kernels.NATIVE);
        }
        return Engine.getEngine(ENGINE);
    }

    /** A new root manager: everything created below it is released when it is closed. */
    public static NDManager newManager() {
        return engine().newBaseManager();
    }
}

package io.mdpo.scorer.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/** The PyTorch engine of this process. */
public final class Torch {
    private Torch() {}

    /** A new root manager: everything created below it is released when it is closed. */
    public static NDManager newManager() {
        return Engine.getEngine("PyTorch").newBaseManager();
    }

    /**
     * Sets the number of threads that one operator may use, for the whole process. Results do not depend on it.
     *
     * @param threads 0 leaves the engine's default
     */
    public static void setThreads(int threads) {
        if (threads > 0) {
            Engine.getEngine("PyTorch");
            JniUtils.setNumThreads(threads);
        }
    }
}

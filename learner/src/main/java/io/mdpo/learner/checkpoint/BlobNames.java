package io.mdpo.learner.checkpoint;

/** The blobs of a checkpoint. */
public final class BlobNames {
    /** The adapter, under the file name that PEFT looks for. */
    public static final String ADAPTER = "adapter_model.safetensors";

    /** The optimizer's moments and step. */
    public static final String OPTIMIZER = "optimizer.safetensors";

    private BlobNames() {}
}

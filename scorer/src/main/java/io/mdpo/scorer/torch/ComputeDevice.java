package io.mdpo.scorer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** Where a model runs: in fp32 on the CPU, with a bf16 base and an fp32 adapter on a CUDA device. */
public final class ComputeDevice {
    /** The processor. */
    public static final ComputeDevice CPU = new ComputeDevice(Device.cpu());

    private static final long FLOAT32 = 6;
    private static final long BFLOAT16 = 15;

    private final Device device;

    private ComputeDevice(Device device) {
        this.device = device;
    }

    /**
     * Finds a device.
     *
     * @param name {@code cpu}, {@code cuda:0} (any number), or {@code auto}: the first CUDA device if there is one
     * @throws IllegalArgumentException there is no such device
     */
    public static ComputeDevice of(String name) {
        int gpus = name.equals("cpu") ? 0 : Engine.getEngine("PyTorch").getGpuCount();
        if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
            return CPU;
        }
        int index = name.equals("auto") ? 0 : index(name);
        if (index >= gpus) {
            throw new IllegalArgumentException(
                    "device %s is not there: the engine sees %d CUDA devices; use cpu, or see the runbook on CUDA"
                            .formatted(name, gpus));
        }
        return new ComputeDevice(Device.gpu(index));
    }

    private static int index(String name) {
        if (!name.matches("cuda:\\d{1,3}")) {
            throw new IllegalArgumentException("device %s is none of auto, cpu, cuda:0, cuda:1, ...".formatted(name));
        }
        return Integer.parseInt(name.substring("cuda:".length()));
    }

    /** A new root manager: everything created below it lives on this device and is released when it is closed. */
    public NDManager newManager() {
        return Engine.getEngine("PyTorch").newBaseManager(device);
    }

    /** The type that the base is computed in, by its name in messages and fingerprints. */
    public String precision() {
        return device.isGpu() ? "bf16" : "fp32";
    }

    /** The number by which TorchScript knows that type. */
    public long scalarType() {
        return device.isGpu() ? BFLOAT16 : FLOAT32;
    }

    @Override
    public String toString() {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }
}

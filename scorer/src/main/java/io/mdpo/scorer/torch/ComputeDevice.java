package io.mdpo.scorer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.Locale;

/** Where a model runs, and in which precision. */
public final class ComputeDevice {
    /** The processor, in fp32. */
    public static final ComputeDevice CPU = new ComputeDevice(Device.cpu(), Precision.FP32);

    private static final long FLOAT32 = 6;
    private static final long BFLOAT16 = 15;

    private final Device device;
    private final Precision precision;

    private ComputeDevice(Device device, Precision wanted) {
        this.device = device;
        this.precision = wanted != Precision.AUTO ? wanted : device.isGpu() ? Precision.BF16 : Precision.FP32;
    }

    /**
     * Finds a device.
     *
     * @param name {@code cpu}, {@code cuda:0} (any number), or {@code auto}: the first CUDA device if there is one
     * @param precision of the models that run there
     * @throws IllegalArgumentException there is no such device
     */
    public static ComputeDevice of(String name, Precision precision) {
        int gpus = name.equals("cpu") ? 0 : Engine.getEngine("PyTorch").getGpuCount();
        if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
            return new ComputeDevice(Device.cpu(), precision);
        }
        int index = name.equals("auto") ? 0 : index(name);
        if (index >= gpus) {
            throw new IllegalArgumentException(
                    "device %s is not there: the engine sees %d CUDA devices; use cpu, or see the runbook on CUDA"
                            .formatted(name, gpus));
        }
        return new ComputeDevice(Device.gpu(index), precision);
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

    /** The precision that was chosen, which is not {@link Precision#AUTO}. */
    public Precision precision() {
        return precision;
    }

    /** The number by which TorchScript knows the type of that precision. */
    public long scalarType() {
        return precision == Precision.BF16 ? BFLOAT16 : FLOAT32;
    }

    /** Whether this is a CUDA device. */
    public boolean isCuda() {
        return device.isGpu();
    }

    @Override
    public String toString() {
        var place = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
        return place + " in " + precision.name().toLowerCase(Locale.ROOT);
    }
}

package io.mdpo.scorer.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.mdpo.operator.SettingException;

/** Where a model runs, in which precision, and by which kernels. */
public final class ComputeDevice {
    /** The processor, in fp32, with its own kernels. */
    public static final ComputeDevice CPU = new ComputeDevice(Device.cpu(), Precision.FP32, Kernels.NATIVE);

    private static final long FLOAT32 = 6;
    private static final long BFLOAT16 = 15;

    private final Device device;
    private final Precision precision;
    private final Kernels kernels;

    private ComputeDevice(Device device, Precision wanted, Kernels kernels) {
        this.device = device;
        this.precision = wanted != Precision.AUTO ? wanted : device.isGpu() ? Precision.BF16 : Precision.FP32;
        this.kernels = kernels;
        if (kernels == Kernels.PORTABLE && (device.isGpu() || precision == Precision.BF16)) {
            throw new SettingException(
                    "kernels",
                    "is portable, which holds for fp32 on the CPU, and the model is computed on %s; set kernels = native"
                            .formatted(this));
        }
    }

    /**
     * Finds a device.
     *
     * @param name {@code cpu}, {@code cuda:0} (any number), or {@code auto}: the first CUDA device if there is one
     * @param precision of the models that run there
     * @param kernels of the whole process
     * @throws IllegalArgumentException there is no such device, or it cannot be combined so
     */
    public static ComputeDevice of(String name, Precision precision, Kernels kernels) {
        int gpus = name.equals("cpu") ? 0 : gpus(kernels);
        if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
            return new ComputeDevice(Device.cpu(), precision, kernels);
        }
        int index = name.equals("auto") ? 0 : index(name);
        if (index >= gpus) {
            throw new IllegalArgumentException(
                    "device %s is not there: the engine sees %d CUDA devices; use cpu, or see the runbook on CUDA"
                            .formatted(name, gpus));
        }
        return new ComputeDevice(Device.gpu(index), precision, kernels);
    }

    private static int gpus(Kernels kernels) {
        Torch.start(kernels);
        return Torch.engine().getGpuCount();
    }

    private static int index(String name) {
        if (!name.matches("cuda:\\d{1,3}")) {
            throw new IllegalArgumentException("device %s is none of auto, cpu, cuda:0, cuda:1, ...".formatted(name));
        }
        return Integer.parseInt(name.substring("cuda:".length()));
    }

    /** A new root manager: everything created below it lives on this device and is released when it is closed. */
    public NDManager newManager() {
        Torch.start(kernels);
        return Torch.engine().newBaseManager(device);
    }

    /** The precision that was chosen, which is not {@link Precision#AUTO}. */
    public Precision precision() {
        return precision;
    }

    public Kernels kernels() {
        return kernels;
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
        return place + " in " + precision;
    }
}

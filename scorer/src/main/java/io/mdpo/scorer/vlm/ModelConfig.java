package io.mdpo.scorer.vlm;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.torch.Torch;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which model runs where. Scorer and learner name the same model and adapter.
 *
 * @param path model directory in Hugging Face layout
 * @param adapter directory of a PEFT adapter: the reference is the model with it, and the policy starts from it
 * @param device {@code auto}, {@code cpu}, or {@code cuda:0} with any number
 * @param precision of the base; scorer and learner have the same
 * @param kernels which machine code computes, in the whole process; scorer and learner have the same
 * @param background what the model sees behind transparent parts: {@code white}, {@code black}, a colour as
 *     {@code #rrggbb}, or {@code none}; part of the reference id
 * @param threads threads of the numerical engine; 0 leaves the engine's default
 */
@RecordBuilder
public record ModelConfig(
        Path path,
        Optional<Path> adapter,
        String device,
        Precision precision,
        Kernels kernels,
        String background,
        int threads)
        implements ModelConfigBuilder.With {
    public ModelConfig {
        require(
                device.matches("auto|cpu|cuda:\\d{1,3}"),
                "device",
                "is '%s'; it has to be auto, cpu, or cuda:0".formatted(device));
        require(threads >= 0, "threads", "is " + threads + "; it has to be 0 (the engine's default) or more");
        require(
                kernels == Kernels.NATIVE || (precision != Precision.BF16 && !device.startsWith("cuda")),
                "kernels",
                "is portable, which holds for fp32 on the CPU only; set it to native, or precision to fp32 and device to cpu");
        var unused = Background.of(background);
    }

    /** A model without adapter on the CPU, in fp32. */
    public static ModelConfig cpu(Path path, int threads) {
        return defaults()
                .withPath(path)
                .withDevice("cpu")
                .withPrecision(Precision.FP32)
                .withThreads(threads);
    }

    public static ModelConfig defaults() {
        return ModelConfigBuilder.builder()
                .path(Path.of("model"))
                .adapter(Optional.empty())
                .device("auto")
                .precision(Precision.AUTO)
                .kernels(Kernels.NATIVE)
                .background("white")
                .threads(0)
                .build();
    }

    /** Opens the model without its adapter. */
    public VisionLanguageModel open() {
        Torch.start(kernels);
        Torch.setThreads(threads);
        return VisionLanguageModel.open(path, ComputeDevice.of(device, precision, kernels), Background.of(background));
    }

    /** Reads the adapter for an opened model, which owns its tensors. */
    public Optional<PeftAdapter> adapterFor(VisionLanguageModel model) {
        return adapter.map(directory -> PeftAdapter.read(model.manager(), model.family(), directory));
    }
}

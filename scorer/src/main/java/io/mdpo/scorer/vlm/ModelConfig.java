package io.mdpo.scorer.vlm;

import static io.mdpo.operator.SettingException.require;

import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.torch.Workers;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * @param threads most passes that are computed at once, each on one thread; 0 for as many as there are cores. Where memory
 *     would not hold them there are fewer; on a CUDA device there is one. Results do not depend on it
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
    private static final Logger LOG = LoggerFactory.getLogger(ModelConfig.class);

    public ModelConfig {
        require(
                device.matches("auto|cpu|cuda:\\d{1,3}"),
                "device",
                "is '%s'; it has to be auto, cpu, or cuda:0".formatted(device));
        require(threads >= 0, "threads", "is " + threads + "; it has to be 0 (as many as there are cores) or more");
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
        return VisionLanguageModel.open(path, ComputeDevice.of(device, precision, kernels), Background.of(background));
    }

    /**
     * Reads the adapter for an opened model.
     *
     * @param owner owns the tensors until they are bound
     */
    public Optional<PeftAdapter> adapterFor(VisionLanguageModel model, NDManager owner) {
        return adapter.map(directory -> PeftAdapter.read(owner, model.family(), directory));
    }

    /**
     * The threads that compute with an opened model; the caller closes them before the model.
     *
     * @param name of the threads
     * @param tokens that one of them computes at once
     * @param bytes what a number of them takes
     */
    public Workers workers(String name, long tokens, IntToLongFunction bytes) {
        int workers = ComputeDevice.of(device, precision, kernels).isCuda()
                ? 1
                : Machine.here().workers(threads, bytes);
        LOG.atInfo()
                .addKeyValue("threads", workers)
                .addKeyValue("name", name)
                .log("threads that compute with the model");
        return new Workers(name, workers, workers * tokens);
    }
}

package io.mdpo.learner.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.ModelFamily;
import io.mdpo.scorer.vlm.ModelFamily.LinearLayer;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The trainable part of the policy: for each adapted layer A (rank, in) and B (out, rank), fp32. A fresh adapter draws A
 * uniformly from (-1, 1) / sqrt(in), as PEFT does, and has B zero, so that it changes no log-probability.
 */
public final class LoraAdapter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LoraConfig config;
    private final String prefix;
    private final Map<String, NDArray> tensors;
    private final TorchProgram copies;

    private LoraAdapter(NDManager manager, LoraConfig config, String prefix, Map<String, NDArray> tensors) {
        this.config = config;
        this.prefix = prefix;
        this.copies = new TorchProgram.Builder().source("""
                        def copy(self, sources: List[Tensor], targets: List[Tensor]) -> List[Tensor]:
                          for i in range(len(sources)):
                            torch.copy_(torch.detach(targets[i]), sources[i])
                          return annotate(List[Tensor], [])
                        """).compile(manager);
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * A fresh adapter, bound to the model and ready to train.
     *
     * @param seed decides A
     */
    public static LoraAdapter attach(VisionLanguageModel model, LoraConfig config, long seed) {
        var layers = targets(model.family(), config);
        var tensors = new TreeMap<String, NDArray>();
        var random = new SplittableRandom(seed);
        for (var layer : layers) {
            tensors.put(nameA(layer.name()), uniform(model.manager(), random, config.rank(), layer.in()));
            tensors.put(nameB(layer.name()), model.manager().zeros(new Shape(layer.out(), config.rank())));
        }
        var adapter = new LoraAdapter(model.manager(), config, model.family().peftPrefix(), tensors);
        tensors.values().forEach(tensor -> tensor.setRequiresGradient(true));
        model.bindAdapter(adapter.tensors, config.scale());
        return adapter;
    }

    /** Binds saved weights to a model for reading: generation and evaluation, no training. */
    public static void bind(VisionLanguageModel model, LoraConfig config, byte[] safetensors) {
        var prefix = model.family().peftPrefix();
        var tensors = new TreeMap<String, NDArray>();
        Safetensors.read(model.manager(), safetensors)
                .forEach((name, tensor) -> tensors.put(stripped(name, prefix), tensor));
        model.bindAdapter(tensors, config.scale());
    }

    private static List<LinearLayer> targets(ModelFamily family, LoraConfig config) {
        for (var target : config.targets()) {
            if (family.linearLayers().stream().noneMatch(layer -> matches(layer, target))) {
                throw new IllegalArgumentException(
                        "lora.targets names %s, and the %s model has no such layer; it has %s"
                                .formatted(
                                        target,
                                        family.name(),
                                        family.linearLayers().stream()
                                                .map(layer -> lastPart(layer.name()))
                                                .distinct()
                                                .toList()));
            }
        }
        return family.linearLayers().stream()
                .filter(layer -> config.targets().stream().anyMatch(target -> matches(layer, target)))
                .toList();
    }

    private static boolean matches(LinearLayer layer, String target) {
        return lastPart(layer.name()).equals(target);
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static NDArray uniform(NDManager manager, SplittableRandom random, long rank, long in) {
        float[] values = new float[Math.toIntExact(rank * in)];
        double bound = 1 / Math.sqrt((double) in);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return manager.create(values, new Shape(rank, in));
    }

    /** The tensors by the names that the model's program reads. */
    public Map<String, NDArray> tensors() {
        return tensors;
    }

    /** {@code adapter_model.safetensors} as PEFT reads it. The same weights always give the same bytes. */
    public byte[] safetensors() {
        var named = new TreeMap<String, NDArray>();
        tensors.forEach((name, tensor) -> named.put(prefix + name, tensor));
        return Safetensors.write(named, Map.of("format", "pt"));
    }

    /** Copies saved weights into this adapter. */
    public void restore(NDManager scratch, byte[] safetensors) {
        var saved = new TreeMap<String, NDArray>();
        Safetensors.read(scratch, safetensors).forEach((name, tensor) -> saved.put(stripped(name, prefix), tensor));
        if (!saved.keySet().equals(tensors.keySet())) {
            throw new IllegalArgumentException(
                    "the saved adapter has other layers than lora.targets asks for: %s instead of %s"
                            .formatted(saved.keySet(), tensors.keySet()));
        }
        copies.call(scratch, "copy", List.copyOf(saved.values()), List.copyOf(tensors.values()));
    }

    /** {@code adapter_config.json} as PEFT reads it. */
    public String peftConfig() {
        var json = JSON.createObjectNode().put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
        json.put("r", config.rank()).put("lora_alpha", config.alpha()).put("lora_dropout", 0.0);
        json.put("bias", "none").put("fan_in_fan_out", false).put("use_rslora", false);
        json.put("inference_mode", true).putNull("modules_to_save");
        var targets = json.putArray("target_modules");
        config.targets().forEach(targets::add);
        return json.toPrettyString();
    }

    private static String stripped(String name, String prefix) {
        if (!name.startsWith(prefix)) {
            throw new IllegalArgumentException(
                    "adapter tensor %s does not start with %s: it is not for this model".formatted(name, prefix));
        }
        return name.substring(prefix.length());
    }

    private static String nameA(String layer) {
        return layer + ".lora_A.weight";
    }

    private static String nameB(String layer) {
        return layer + ".lora_B.weight";
    }
}

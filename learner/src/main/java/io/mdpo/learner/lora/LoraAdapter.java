package io.mdpo.learner.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.family.LanguageModel.LinearLayer;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.torch.BlobSource;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The trainable part of the policy: for each adapted layer A (rank, in) and B (out, rank), fp32. A fresh adapter draws A
 * uniformly from (-1, 1) / sqrt(in), as PEFT does, and has B zero, so that it changes no log-probability.
 */
public final class LoraAdapter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String VISION_MODULES = ".*(vision_tower|vision_model|visual).*";

    private final LoraConfig config;
    private final ModelFamily family;
    private final Map<String, NDArray> tensors;
    private final TorchProgram copies;

    private LoraAdapter(NDManager manager, LoraConfig config, ModelFamily family, Map<String, NDArray> tensors) {
        this.config = config;
        this.family = family;
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
        var adapter = new LoraAdapter(model.manager(), config, model.family(), tensors);
        tensors.values().forEach(tensor -> tensor.setRequiresGradient(true));
        model.bindAdapter(adapter.tensors, config.scale());
        return adapter;
    }

    /** Binds saved weights to a model for reading: generation and evaluation, no training. */
    public static void bind(VisionLanguageModel model, LoraConfig config, byte[] safetensors) {
        try (var scratch = model.manager().newSubManager()) {
            var tensors = PeftAdapter.tensors(Safetensors.read(scratch, safetensors), model.family());
            model.bindAdapter(tensors, config.scale());
        }
    }

    private static List<LinearLayer> targets(ModelFamily family, LoraConfig config) {
        for (var target : config.targets()) {
            if (family.languageModel().linearLayers().stream()
                    .noneMatch(layer -> layer.kind().equals(target))) {
                throw new IllegalArgumentException(
                        "lora.targets names %s, and the %s model has no such layer; it has %s"
                                .formatted(
                                        target,
                                        family.name(),
                                        kinds(family.languageModel().linearLayers())));
            }
        }
        return family.languageModel().linearLayers().stream()
                .filter(layer -> config.targets().isEmpty() || config.targets().contains(layer.kind()))
                .toList();
    }

    private static List<String> kinds(List<LinearLayer> layers) {
        return layers.stream().map(LinearLayer::kind).distinct().toList();
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
    public BlobSource safetensors() {
        var named = new TreeMap<String, NDArray>();
        tensors.forEach((name, tensor) -> named.put(PeftAdapter.fileName(family, name), tensor));
        return Safetensors.write(named, Map.of("format", "pt"));
    }

    /** Copies saved weights into this adapter; throws {@link IllegalArgumentException} if they are another's. */
    public void restore(NDManager scratch, Path safetensors) {
        var saved = PeftAdapter.tensors(Safetensors.read(scratch, safetensors), family);
        copy(scratch, saved);
    }

    /** Copies the weights of an adapter made elsewhere, which has to have this one's layers and rank, into this one. */
    public void start(NDManager scratch, PeftAdapter initial) {
        if (initial.rank() != config.rank()
                || initial.scale() != config.scale()
                || !initial.targets()
                        .equals(kinds(targets(family, config)).stream().sorted().toList())) {
            throw new IllegalArgumentException(
                    ("the initial adapter has rank %d, scale %s and the layers %s; set lora.rank, lora.alpha (scale times "
                                    + "rank) and lora.targets to them: they are %d, %s and %s")
                            .formatted(
                                    initial.rank(),
                                    initial.scale(),
                                    initial.targets(),
                                    config.rank(),
                                    config.scale(),
                                    kinds(targets(family, config))));
        }
        copy(scratch, initial.tensors());
    }

    private void copy(NDManager scratch, Map<String, NDArray> saved) {
        if (!saved.keySet().equals(tensors.keySet())) {
            throw new IllegalArgumentException(
                    "the saved adapter has other layers than lora.targets asks for: %s instead of %s"
                            .formatted(saved.keySet(), tensors.keySet()));
        }
        // Copying would stretch a tensor of fewer elements.
        saved.forEach((name, tensor) -> {
            var shape = Objects.requireNonNull(tensors.get(name)).getShape();
            if (!tensor.getShape().equals(shape)) {
                throw new IllegalArgumentException("the saved adapter tensor %s has the shape %s instead of %s"
                        .formatted(name, tensor.getShape(), shape));
            }
        });
        copies.call(scratch, "copy", List.copyOf(saved.values()), List.copyOf(tensors.values()));
    }

    /** {@code adapter_config.json} as PEFT reads it. */
    public String peftConfig() {
        var json = JSON.createObjectNode().put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
        json.put("r", config.rank()).put("lora_dropout", 0.0);
        // Readers expect a whole number where it is one.
        if (config.alpha() == Math.rint(config.alpha())) {
            json.put("lora_alpha", (long) config.alpha());
        } else {
            json.put("lora_alpha", config.alpha());
        }
        json.put("bias", "none").put("fan_in_fan_out", false).put("use_rslora", false);
        json.put("inference_mode", true).putNull("modules_to_save");
        var targets = json.putArray("target_modules");
        kinds(targets(family, config)).forEach(targets::add);
        // Vision towers have layers of the same names, to which PEFT would add adapters of its own.
        json.put("exclude_modules", VISION_MODULES);
        return json.toPrettyString();
    }

    private static String nameA(String layer) {
        return layer + ".lora_A.weight";
    }

    private static String nameB(String layer) {
        return layer + ".lora_B.weight";
    }
}

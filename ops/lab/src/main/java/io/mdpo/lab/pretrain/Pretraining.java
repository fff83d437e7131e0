package io.mdpo.lab.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.mdpo.learner.optimizer.AdamW;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.schemas.Prompts;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.logprob.PackedBatch;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.Conversation;
import io.mdpo.scorer.vlm.ModelWriter;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Teaches a small model from random weights, in two stages: first the vision tower, by what each of its patches shows;
 * then projector and language model, by answers to questions, over the frozen tower. Without the first stage the tower
 * learns many times more slowly.
 *
 * <p>The result is a function of the model's initial weights, the configuration and the examples.
 */
public final class Pretraining implements AutoCloseable {
    private static final String TOWER = "vision_tower.";
    private static final String HEAD = "patch_head.";

    private final VisionLanguageModel model;
    private final PretrainConfig config;
    private final NDManager manager;
    private final TorchProgram program;
    private final Gradients gradients;
    private final Map<String, NDArray> weights = new HashMap<>();

    /** Progress of one step: its number from 1, the loss in nats, and a share of patches right (tower stage only). */
    public interface Listener {
        void onStep(String stage, int step, int steps, double loss, double accuracy);
    }

    /** @param model freshly initialised; closed by the caller */
    public Pretraining(VisionLanguageModel model, PretrainConfig config) {
        this.model = model;
        this.config = config;
        manager = model.manager().newSubManager();
        program = model.family()
                .program()
                .source(Pretraining.class, "pretrain.torchscript")
                .constant("compute_type", ComputeDevice.CPU.scalarType())
                .compile(manager);
        gradients = new Gradients(manager);
        // The model maps its file read-only; training writes.
        model.weights().forEach((name, tensor) -> {
            var copy = tensor.duplicate();
            copy.attach(manager);
            weights.put(name, copy);
        });
        long visionHidden =
                weightOf(TOWER + "vision_model.pre_layrnorm.weight").getShape().get(0);
        var random = new SplittableRandom(config.seed());
        long classes =
                config.patchClasses().stream().mapToLong(Integer::longValue).sum();
        float[] head = new float[Math.toIntExact(classes * visionHidden)];
        for (int i = 0; i < head.length; i++) {
            head[i] = (float) (0.02 * random.nextGaussian());
        }
        weights.put(HEAD + "weight", manager.create(head, new Shape(classes, visionHidden)));
        weights.put(HEAD + "bias", manager.zeros(new Shape(classes)));
        program.call(manager, "bind", weights, Map.of(), Map.of(), 0.0);
    }

    /** Stage one; nothing where it has no steps. */
    public void trainTower(Supplier<List<PretrainExample>> batches, Listener listener) {
        if (config.towerSteps() == 0) {
            return;
        }
        var optimizer = optimizer(
                name -> name.startsWith(TOWER) || name.startsWith(HEAD),
                config.towerLearningRate(),
                config.towerSteps());
        for (int step = 0; step < config.towerSteps(); step++) {
            var batch = batches.get();
            try (var scratch = manager.newSubManager()) {
                var result = program.callWithGradients(
                        scratch,
                        "patch_loss",
                        pixels(scratch, batch),
                        labels(scratch, batch),
                        config.patchClasses().stream()
                                .mapToLong(Integer::longValue)
                                .toArray());
                optimizer.add(gradients.of(scratch, result.get(0), trained()));
                optimizer.step(step);
                listener.onStep(
                        "tower",
                        step + 1,
                        config.towerSteps(),
                        result.get(0).getFloat(),
                        result.get(1).getFloat());
            }
        }
        freezeAll();
    }

    /** Stage two; nothing where it has no steps. */
    public void trainLanguage(Supplier<List<PretrainExample>> batches, Listener listener) {
        if (config.languageSteps() == 0) {
            return;
        }
        var optimizer = optimizer(
                name -> !name.startsWith(TOWER) && !name.startsWith(HEAD),
                config.languageLearningRate(),
                config.languageSteps());
        for (int step = 0; step < config.languageSteps(); step++) {
            var batch = batches.get();
            try (var scratch = manager.newSubManager()) {
                var patches = program.call(scratch, "vision_tower", pixels(scratch, batch))
                        .get(0);
                var loss = program.callWithGradients(
                                scratch, "caption_loss", patches, packed(batch).plan(scratch))
                        .get(0);
                optimizer.add(gradients.of(scratch, loss, trained()));
                optimizer.step(step);
                listener.onStep("language", step + 1, config.languageSteps(), loss.getFloat(), Double.NaN);
            }
        }
        freezeAll();
    }

    /** Writes the weights as fp16 with the tensors that Hugging Face expects and nothing reads. */
    public void save(Path directory) {
        try (var scratch = manager.newSubManager()) {
            var saved = new HashMap<>(weights);
            saved.keySet().removeIf(name -> name.startsWith(HEAD));
            var shape = weightOf(TOWER + "vision_model.pre_layrnorm.weight").getShape();
            saved.put(TOWER + "vision_model.post_layernorm.weight", scratch.ones(shape));
            saved.put(TOWER + "vision_model.post_layernorm.bias", scratch.zeros(shape));
            ModelWriter.writeWeights(directory, saved, "F16");
        }
    }

    private NDArray weightOf(String name) {
        var tensor = weights.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("pre-training needs a LLaVA model; this one has no " + name);
        }
        return tensor;
    }

    private Map<String, NDArray> trained() {
        var trained = new HashMap<>(weights);
        trained.values().removeIf(tensor -> !tensor.hasGradient());
        return trained;
    }

    private AdamW optimizer(Predicate<String> trained, double learningRate, int steps) {
        var parameters = new HashMap<String, NDArray>();
        weights.forEach((name, tensor) -> {
            if (trained.test(name)) {
                tensor.setRequiresGradient(true);
                parameters.put(name, tensor);
            }
        });
        long warmup = Math.min(100, steps / 10);
        return new AdamW(
                manager, parameters, OptimizerConfig.defaults().with(config -> config.learningRate(learningRate)
                        .weightDecay(0.01)
                        .warmupSteps(warmup)
                        .schedule(OptimizerConfig.Schedule.COSINE)
                        .totalSteps(steps + 1L)));
    }

    private void freezeAll() {
        weights.values().forEach(tensor -> tensor.setRequiresGradient(false));
    }

    private NDArray pixels(NDManager scratch, List<PretrainExample> batch) {
        return model.pixelTensor(
                scratch,
                batch.stream()
                        .map(example -> model.pixelValues(example.image()))
                        .toList());
    }

    private NDArray labels(NDManager scratch, List<PretrainExample> batch) {
        long[] labels = batch.stream()
                .flatMap(example -> example.patchLabels().stream())
                .flatMap(Collection::stream)
                .mapToLong(Integer::longValue)
                .toArray();
        int heads = config.patchClasses().size();
        return scratch.create(labels, new Shape(labels.length / heads, heads));
    }

    /** The first conversation of a picture is a row; the others branch off where their prompts differ from it. */
    private PackedBatch packed(List<PretrainExample> batch) {
        var packed = new PackedBatch(model.family().imageToken());
        for (var example : batch) {
            var conversations = example.conversations();
            var first = asked(conversations.get(0));
            int row = packed.row(
                    first.prompt(), first.completion(conversations.get(0).answer()));
            for (var other : conversations.subList(1, conversations.size())) {
                var asked = asked(other);
                int differs =
                        Arrays.mismatch(first.prompt().ids(), asked.prompt().ids());
                packed.branch(
                        row,
                        differs < 0 ? asked.prompt().length() : differs,
                        asked.prompt(),
                        asked.completion(other.answer()));
            }
        }
        return packed;
    }

    private Conversation asked(PretrainExample.Conversation conversation) {
        return model.conversation(Prompts.aboutImage(conversation.question()), List.of(ImageGrid.WHOLE));
    }

    @Override
    public void close() {
        manager.close();
    }
}

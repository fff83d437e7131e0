package io.mdpo.scorer.vlm;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a model directory holds, read without running the model.
 *
 * @param family empty if config.json names none that is supported
 * @param parameters weights that the model reads
 * @param bytes their size in the files, by element type
 * @param memory that working with it takes on the device it was looked at for; empty if the weights cannot be read
 * @param reference of the model on the device and background it was looked at for; empty if there are problems
 * @param problems every reason for which it cannot be used, a sentence each
 */
public record ModelInspection(
        Optional<ModelFamily> family,
        long parameters,
        Map<String, Long> bytes,
        Optional<MemoryEstimate> memory,
        Optional<ReferenceId> reference,
        List<String> problems) {
    private static final List<Message> GREETING = Prompts.aboutImage("What is this?");

    public ModelInspection {
        bytes = Map.copyOf(bytes);
        problems = List.copyOf(problems);
    }

    /**
     * Looks at everything that can be looked at, whatever else is wrong.
     *
     * @param device where the model is to run: precision and kernels are part of the reference id
     * @param background behind transparent parts, which is part of it too
     */
    public static ModelInspection of(Path directory, ComputeDevice device, Background background) {
        return new Inspector(directory, device, background).inspect();
    }

    private static final class Inspector {
        private final Path path;
        private final ComputeDevice device;
        private final Background background;
        private final List<String> problems = new ArrayList<>();

        Inspector(Path path, ComputeDevice device, Background background) {
            this.path = path;
            this.device = device;
            this.background = background;
        }

        ModelInspection inspect() {
            var directory = attempt(() -> new ModelDirectory(path));
            var family = directory.flatMap(found -> attempt(found::family));
            if (directory.isEmpty() || family.isEmpty()) {
                return new ModelInspection(family, 0, Map.of(), Optional.empty(), Optional.empty(), problems);
            }
            var files = directory.get();
            var model = family.get();
            attempt(() -> files.problems(model)).ifPresent(problems::addAll);
            attempt(() -> files.imageProcessor(model));
            attempt(() -> files.chatTemplate(model))
                    .ifPresent(template ->
                            attempt(() -> template.completion(GREETING, template.prompt(GREETING), "A dog.")));
            var reference = attempt(files::tokenizer).flatMap(tokenizer -> {
                try (tokenizer) {
                    attempt(() -> {
                        files.checkTokens(model, tokenizer);
                        return true;
                    });
                    return problems.isEmpty()
                            ? attempt(() -> ModelReference.of(files, model, tokenizer, device, background))
                            : Optional.empty();
                }
            });
            return describe(files, model, reference);
        }

        private ModelInspection describe(ModelDirectory files, ModelFamily model, Optional<ReferenceId> reference) {
            var bytes = new TreeMap<String, Long>();
            long parameters = 0;
            // Problems with the files are known already.
            var silent = new ArrayList<>(problems);
            for (var tensor : attempt(files::storedTensors).orElse(Map.of()).entrySet()) {
                if (model.tensors().containsKey(tensor.getKey())) {
                    var entry = tensor.getValue().entry();
                    bytes.merge(entry.dtype(), entry.bytes(), Long::sum);
                    parameters += entry.shape().size();
                }
            }
            var memory =
                    parameters == 0 ? Optional.<MemoryEstimate>empty() : attempt(() -> files.memory(model, device));
            return new ModelInspection(Optional.of(model), parameters, bytes, memory, reference, silent);
        }

        private <T> Optional<T> attempt(Supplier<T> step) {
            try {
                return Optional.of(step.get());
            } catch (ModelFormatException | IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }
    }
}

package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.mdpo.schemas.avro.Turn;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.torch.TorchProgram;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * A loaded model: frozen fp32 weights, tokenizer, preprocessing, and the program that runs them. An adapter may be bound;
 * without one this is the reference, with one it is the policy, and both are the same code.
 *
 * <p>Text and image methods are thread-safe; the tensor methods are for one thread at a time.
 */
public final class VisionLanguageModel implements AutoCloseable {
    /** Part of the fingerprint: raise it when a change of this code changes log-probabilities. */
    private static final String CODE_VERSION = "fp32/1";

    private final NDManager manager;
    private final ModelFamily family;
    private final Tokenizer tokenizer;
    private final ImageProcessor imageProcessor;
    private final PromptTemplate template;
    private final TorchProgram program;
    private final String fingerprint;
    private final Map<String, NDArray> weights;

    private VisionLanguageModel(NDManager manager, ModelDirectory directory) {
        this.manager = manager;
        family = ModelFamilies.of(directory.config());
        imageProcessor = family.imageProcessor(directory.preprocessorConfig());
        template = family.promptTemplate();
        weights = directory.weights(manager, family);
        fingerprint = directory.fingerprint(CODE_VERSION);
        tokenizer = new Tokenizer(directory.tokenizer());
        long[] image = tokenizer.continuation(PromptTemplate.IMAGE);
        if (LongStream.of(image).filter(id -> id == family.imageToken()).count() != 1) {
            throw new ModelFormatException(
                    "tokenizer.json gives %s the ids %s, config.json says that the image token is %d"
                            .formatted(PromptTemplate.IMAGE, Arrays.toString(image), family.imageToken()));
        }
        program = family.program().compile(manager);
        bindAdapter(Map.of(), 0);
    }

    /** Opens a Hugging Face model directory; throws {@link ModelFormatException} with every problem found. */
    public static VisionLanguageModel open(Path directory) {
        var manager = Torch.newManager();
        try {
            return new VisionLanguageModel(manager, new ModelDirectory(directory));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    public ModelFamily family() {
        return family;
    }

    /** SHA-256 (hex) of weights, configuration, tokenizer, preprocessing and arithmetic. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Owns the weights. Give it to tensors that shall live as long as the model. */
    public NDManager manager() {
        return manager;
    }

    /** The weights by their names in the files. */
    public Map<String, NDArray> weights() {
        return weights;
    }

    /**
     * Makes every listed linear layer add {@code scale * (x A^T) B^T}.
     *
     * @param adapter {@code <layer>.lora_A.weight} (rank, in) and {@code <layer>.lora_B.weight} (out, rank); empty for
     *     the bare model
     */
    public void bindAdapter(Map<String, NDArray> adapter, double scale) {
        program.call(manager, "bind", weights, adapter, scale);
    }

    /** Token ids of a conversation up to its answer, with one image token for every feature row. */
    public long[] promptTokens(List<Turn> turns) {
        long[] ids = tokenizer.prompt(template.render(turns));
        long images = LongStream.of(ids).filter(id -> id == family.imageToken()).count();
        if (images != 1) {
            throw new IllegalArgumentException("the prompt holds %d image tokens instead of one".formatted(images));
        }
        return LongStream.of(ids)
                .flatMap(id -> id == family.imageToken()
                        ? LongStream.generate(() -> id).limit(family.imageTokens())
                        : LongStream.of(id))
                .toArray();
    }

    /**
     * Token ids of an answer, the closing end-of-sequence token included. The answer is tokenised behind the words that
     * open it: alone, its first word could become another token than it is in a conversation.
     */
    public long[] completionTokens(String answer) {
        long[] cue = tokenizer.continuation(template.answerCue());
        long[] all = tokenizer.continuation(template.answerCue() + template.completion(answer));
        if (!Arrays.equals(cue, 0, cue.length, all, 0, Math.min(cue.length, all.length))) {
            throw new IllegalArgumentException("the answer's first letters change the tokens of the prompt's end");
        }
        long[] closed = Arrays.copyOfRange(all, cue.length, all.length + 1);
        closed[closed.length - 1] = family.endOfSequence();
        return closed;
    }

    /** Pixel values of one image, (3, side, side). */
    public float[] pixelValues(RgbImage image) {
        return imageProcessor.pixelValues(image);
    }

    /** (images, 3, side, side) from the pixel values of several images. */
    public NDArray pixelTensor(NDManager scratch, List<float[]> images) {
        int side = imageProcessor.side();
        var all = FloatBuffer.allocate(images.size() * 3 * side * side);
        images.forEach(all::put);
        return scratch.create(all.array(), new Shape(images.size(), 3, side, side));
    }

    /** Features (images * imageTokens, hidden) of several images, without gradients: the tower is frozen. */
    public NDArray imageFeatures(NDManager scratch, List<float[]> images) {
        try (var pixels = pixelTensor(scratch, images)) {
            return program.call(scratch, "image_features", pixels).get(0);
        }
    }

    /**
     * Log-probabilities of all completion tokens of a packed batch.
     *
     * @param features (images * imageTokens, hidden)
     * @param plan the tensors that {@code packed.torchscript} names
     * @param gradients whether to record the graph from the adapter
     * @param statistics whether to fill the second result
     * @return log-probs (tokens) in nats, and (tokens, 3): mean logit, entropy in nats, 1 where the token is the arg max
     */
    public NDList completionLogProbs(
            NDManager scratch, NDArray features, Map<String, NDArray> plan, boolean gradients, boolean statistics) {
        return gradients
                ? program.callWithGradients(scratch, "completion_log_probs", features, plan, statistics)
                : program.call(scratch, "completion_log_probs", features, plan, statistics);
    }

    /** How to write an answer: temperature 0 is greedy; the seed decides everything else. */
    public record Sampling(int maxTokens, double temperature, long seed) {
        public static Sampling greedy(int maxTokens) {
            return new Sampling(maxTokens, 0, 0);
        }
    }

    /** Answers to the same conversation about several images, in order. */
    public List<String> generate(List<float[]> images, List<Turn> turns, Sampling sampling) {
        long[] prompt = promptTokens(turns);
        int batch = images.size();
        try (var scratch = manager.newSubManager()) {
            long[] ids = new long[batch * prompt.length];
            for (int i = 0; i < batch; i++) {
                System.arraycopy(prompt, 0, ids, i * prompt.length, prompt.length);
            }
            long[] places = LongStream.range(0, ids.length)
                    .filter(i -> ids[(int) i] == family.imageToken())
                    .toArray();
            var random = new SplittableRandom(sampling.seed());
            float[] uniforms = new float[batch * sampling.maxTokens()];
            for (int i = 0; i < uniforms.length; i++) {
                uniforms[i] = (float) random.nextDouble();
            }
            var generated = program.call(
                            scratch,
                            "generate",
                            imageFeatures(scratch, images),
                            scratch.create(ids, new Shape(batch, prompt.length)),
                            scratch.create(places),
                            scratch.create(uniforms, new Shape(batch, sampling.maxTokens())),
                            sampling.temperature(),
                            family.endOfSequence())
                    .get(0);
            long[] tokens = generated.toLongArray();
            int length = tokens.length / batch;
            return LongStream.range(0, batch)
                    .mapToObj(i -> Arrays.copyOfRange(tokens, (int) i * length, (int) (i + 1) * length))
                    .map(this::text)
                    .toList();
        }
    }

    private String text(long[] tokens) {
        return decode(LongStream.of(tokens)
                .takeWhile(id -> id != family.endOfSequence())
                .toArray());
    }

    /** The text of generated ids, special tokens left out. */
    public String decode(long[] ids) {
        return tokenizer.decode(ids).strip();
    }

    /** The compiled program, for training code that calls the family's other methods. */
    public TorchProgram program() {
        return program;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}

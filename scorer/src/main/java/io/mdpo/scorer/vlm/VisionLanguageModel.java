package io.mdpo.scorer.vlm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.image.ImageGrid;
import io.mdpo.scorer.image.ImageProcessor;
import io.mdpo.scorer.image.PixelLayout;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.image.RgbImage;
import io.mdpo.scorer.text.ChatTemplate;
import io.mdpo.scorer.text.Tokenizer;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Gradients;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * A loaded model: frozen weights, tokenizer, preprocessing, and the program that runs them. An adapter may be bound;
 * without one this is the reference, with one it is the policy, and both are the same code.
 *
 * <p>Thread-safe, but for {@link #bindAdapter} and {@link #close}: nobody may be at work with the model then.
 */
public final class VisionLanguageModel implements AutoCloseable {
    private final NDManager manager;
    private final ModelFamily family;
    private final Tokenizer tokenizer;
    private final ImageProcessor imageProcessor;
    private final ChatTemplate template;
    private final long endOfTurn;
    private final TorchProgram program;
    private final PackedForward forward;
    private final Background background;
    private final ReferenceId reference;
    private final ModelWeights weights;
    private NDManager adapterOwner;
    private final MemoryEstimate memory;
    private Map<String, NDArray> adapter = Map.of();

    private VisionLanguageModel(
            NDManager manager, ModelDirectory directory, ComputeDevice device, Background background) {
        this.manager = manager;
        this.background = background;
        family = directory.family();
        imageProcessor = directory.imageProcessor(family);
        tokenizer = directory.tokenizer();
        try {
            directory.checkTokens(family, tokenizer);
            endOfTurn = directory.endOfTurn(family, tokenizer);
            template = directory.chatTemplate(family);
            weights = directory.weights(manager, family, device);
            memory = directory.memory(family, device);
            reference = ModelReference.of(directory, family, tokenizer, device, background);
            program = family.program()
                    .constant("compute_type", device.scalarType())
                    .compile(manager);
            forward = new PackedForward(
                    program, new Gradients(manager), family.languageModel().layers());
            adapterOwner = manager.newSubManager();
            program.call(manager, "bind", weights.tensors(), weights.bfloat16Bits(), adapter, 0.0);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Opens a Hugging Face model directory on the CPU; throws {@link ModelFormatException} with every problem found. */
    public static VisionLanguageModel open(Path directory) {
        return open(directory, ComputeDevice.CPU, Background.WHITE);
    }

    /** Opens a Hugging Face model directory; throws {@link ModelFormatException} with every problem found. */
    public static VisionLanguageModel open(Path directory, ComputeDevice device, Background background) {
        return open(new ModelDirectory(directory), device, background);
    }

    static VisionLanguageModel open(ModelDirectory directory, ComputeDevice device, Background background) {
        var manager = device.newManager();
        try {
            return new VisionLanguageModel(manager, directory, device, background);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    public ModelFamily family() {
        return family;
    }

    /** What decides log-probabilities: weights, configuration, tokenizer, chat template, preprocessing, background, arithmetic. */
    public ReferenceId reference() {
        return reference;
    }

    /** Owns the weights. Give it to tensors that shall live as long as the model. */
    public NDManager manager() {
        return manager;
    }

    /** The weights by their names in the files; those of a large bf16 model, which stay in their file, are not among them. */
    public Map<String, NDArray> weights() {
        return weights.tensors();
    }

    /** What working with this model takes. */
    public MemoryEstimate memory() {
        return memory;
    }

    /** Id that closes an answer. */
    public long endOfTurn() {
        return endOfTurn;
    }

    /**
     * Makes every listed linear layer add {@code scale * (x A^T) B^T}. The tensors become the model's: it frees them when
     * another adapter is bound, and when it is closed.
     *
     * @param tensors {@code <layer>.lora_A.weight} (rank, in) and {@code <layer>.lora_B.weight} (out, rank), fp32; empty
     *     for the bare model
     */
    public void bindAdapter(Map<String, NDArray> tensors, double scale) {
        var before = adapterOwner;
        adapterOwner = manager.newSubManager();
        tensors.values().forEach(tensor -> tensor.attach(adapterOwner));
        adapter = Map.copyOf(tensors);
        program.call(adapterOwner, "bind_adapter", adapter, scale);
        before.close();
    }

    /**
     * A conversation up to its answer.
     *
     * @param images grid of the image of each image part, in order
     * @throws IllegalArgumentException the texts hold a special token, or the template refuses the conversation
     */
    public Conversation conversation(List<Message> messages, List<ImageGrid> images) {
        tokenizer.refuseSpecialTokens(Prompts.texts(messages));
        var text = template.prompt(messages);
        int places = text.split(Pattern.quote(family.imagePlaceholder()), -1).length - 1;
        if (places != images.size()) {
            throw new IllegalArgumentException(
                    "the prompt holds %d places for an image instead of %d".formatted(places, images.size()));
        }
        long[] ids = family.promptIds(tokenizer, text, images);
        long tokens = LongStream.of(ids).filter(id -> id == family.imageToken()).count();
        int features = images.stream().mapToInt(family::imageTokens).sum();
        if (tokens != features) {
            throw new IllegalArgumentException(
                    "the prompt holds %d image tokens and its images give %d features".formatted(tokens, features));
        }
        return new Conversation(tokenizer, template, endOfTurn, messages, text, family.positioned(ids, images));
    }

    /**
     * Decodes an image file as this model sees it: upright and on its background.
     *
     * @throws io.mdpo.schemas.image.RefusedImageException whatever is wrong with the image
     */
    public RgbImage decode(byte[] encoded) {
        return RgbImage.decode(encoded, background);
    }

    /** What the vision tower sees of an image. */
    public PixelValues pixelValues(RgbImage image) {
        return imageProcessor.process(image);
    }

    /**
     * What {@link #pixelValues} makes of an image of this size.
     *
     * @throws IllegalArgumentException the image has sides that the model does not take
     */
    public PixelLayout layout(int width, int height) {
        return imageProcessor.layout(width, height);
    }

    /** The pieces of several images, one after the other, (pieces, ...), fp32. */
    public NDArray pixelTensor(NDManager scratch, List<PixelValues> images) {
        long[] shape = images.get(0).shape();
        shape[0] = images.stream().mapToLong(image -> image.shape()[0]).sum();
        int values = images.stream().mapToInt(PixelValues::size).reduce(0, Math::addExact);
        // Outside the heap, and from one image at a time: values may be made as they are asked for.
        var all = ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, values))
                .order(ByteOrder.nativeOrder());
        var floats = all.asFloatBuffer();
        images.forEach(image -> floats.put(image.values()));
        return scratch.create(all, new Shape(shape), DataType.FLOAT32);
    }

    /** Features (image tokens, hidden) of any number of images, without gradients: the tower is frozen. */
    public NDArray imageFeatures(NDManager scratch, List<PixelValues> images) {
        if (images.isEmpty()) {
            return program.call(scratch, "embed", scratch.create(new long[0])).get(0);
        }
        long[] grids = images.stream()
                .map(PixelValues::grid)
                .flatMapToLong(grid -> LongStream.of(grid.rows(), grid.columns()))
                .toArray();
        try (var pixels = pixelTensor(scratch, images)) {
            return program.call(scratch, "image_features", pixels, grids).get(0);
        }
    }

    /**
     * Log-probabilities of all completion tokens of a packed batch.
     *
     * @param features (image tokens, hidden)
     * @param plan the tensors that {@code packed.torchscript} names
     * @param statistics whether to fill {@link PackedScores#statistics}
     */
    public PackedScores score(
            NDManager scratch, NDArray features, Map<String, NDArray> plan, Recording recording, boolean statistics) {
        return forward.run(scratch, features, plan, adapter, recording, statistics);
    }

    /** How to write an answer: temperature 0 is greedy; the seed decides everything else. */
    public record Sampling(int maxTokens, double temperature, long seed) {
        public static Sampling greedy(int maxTokens) {
            return new Sampling(maxTokens, 0, 0);
        }
    }

    /** Answers to the same conversation, which has one image part, about several images, in order. */
    public List<String> generate(List<PixelValues> images, List<Message> messages, Sampling sampling) {
        return new Generation(this, program)
                .answers(images, messages, sampling).stream().map(this::decode).toList();
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

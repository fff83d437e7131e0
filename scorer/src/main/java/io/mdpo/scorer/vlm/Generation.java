package io.mdpo.scorer.vlm;

import ai.djl.ndarray.types.Shape;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.family.Prompt;
import io.mdpo.scorer.image.PixelValues;
import io.mdpo.scorer.torch.TorchProgram;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Writes answers with {@code generation.torchscript}. Prompts of one length are written together. */
final class Generation {
    private final VisionLanguageModel model;
    private final TorchProgram program;

    Generation(VisionLanguageModel model, TorchProgram program) {
        this.model = model;
        this.program = program;
    }

    /** Ids of each answer, without the one that closes it. */
    List<long[]> answers(List<PixelValues> images, List<Message> messages, Sampling sampling) {
        var prompts = images.stream()
                .map(image ->
                        model.conversation(messages, List.of(image.grid())).prompt())
                .toList();
        float[][] uniforms = uniforms(images.size(), sampling);
        var byLength = new LinkedHashMap<Integer, List<Integer>>();
        for (int i = 0; i < prompts.size(); i++) {
            byLength.computeIfAbsent(prompts.get(i).length(), length -> new ArrayList<>())
                    .add(i);
        }
        var answers = new long[images.size()][];
        for (var members : byLength.values()) {
            var written = write(
                    members.stream().map(images::get).toList(),
                    members.stream().map(prompts::get).toList(),
                    members.stream().map(i -> uniforms[i]).toList(),
                    sampling);
            for (int m = 0; m < members.size(); m++) {
                answers[members.get(m)] = written.get(m);
            }
        }
        return List.of(answers);
    }

    /** The draws of each answer, which do not depend on how answers are grouped. */
    private static float[][] uniforms(int answers, Sampling sampling) {
        var random = new SplittableRandom(sampling.seed());
        var uniforms = new float[answers][sampling.maxTokens()];
        for (float[] draws : uniforms) {
            for (int i = 0; i < draws.length; i++) {
                draws[i] = (float) random.nextDouble();
            }
        }
        return uniforms;
    }

    private List<long[]> write(
            List<PixelValues> images, List<Prompt> prompts, List<float[]> uniforms, Sampling sampling) {
        int batch = prompts.size();
        int length = prompts.get(0).length();
        int axes = prompts.get(0).axes();
        long imageToken = model.family().imageToken();
        long[] ids = prompts.stream()
                .flatMapToLong(prompt -> LongStream.of(prompt.ids()))
                .toArray();
        long[] places = LongStream.range(0, ids.length)
                .filter(i -> ids[(int) i] == imageToken)
                .toArray();
        long[] positions = IntStream.range(0, axes)
                .boxed()
                .flatMapToLong(axis -> prompts.stream()
                        .flatMapToLong(prompt -> IntStream.range(0, length).mapToLong(i -> prompt.position(axis, i))))
                .toArray();
        float[] draws = new float[batch * sampling.maxTokens()];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(uniforms.get(i), 0, draws, i * sampling.maxTokens(), sampling.maxTokens());
        }
        try (var scratch = model.manager().newSubManager()) {
            long[] tokens = program.call(
                            scratch,
                            "generate",
                            model.imageFeatures(scratch, images),
                            scratch.create(embeddable(ids), new Shape(batch, length)),
                            scratch.create(positions, new Shape(axes, (long) batch * length)),
                            scratch.create(
                                    prompts.stream().mapToLong(Prompt::next).toArray()),
                            scratch.create(places),
                            scratch.create(draws, new Shape(batch, sampling.maxTokens())),
                            sampling.temperature(),
                            model.endOfTurn())
                    .get(0)
                    .toLongArray();
            int written = tokens.length / batch;
            return IntStream.range(0, batch)
                    .mapToObj(i -> Arrays.stream(tokens, i * written, (i + 1) * written)
                            .takeWhile(id -> id != model.endOfTurn())
                            .toArray())
                    .toList();
        }
    }

    /** An image token may be no row of the embedding; its row is replaced anyway. */
    private static long[] embeddable(long[] ids) {
        return LongStream.of(ids).map(id -> Math.max(0, id)).toArray();
    }
}

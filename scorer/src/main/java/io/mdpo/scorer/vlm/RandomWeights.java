package io.mdpo.scorer.vlm;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.family.ModelFamily;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * A model of full size whose weights mean nothing, in bf16: to see what a machine can do before the real weights are there.
 * Matrices are uniform with variance 1 / fan-in, norms are one, biases zero.
 */
public final class RandomWeights {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final short ONE = 0x3F80;

    private final ModelFamily family;
    private final long seed;

    /** @param seed decides every weight */
    public RandomWeights(ModelFamily family, long seed) {
        this.family = family;
        this.seed = seed;
    }

    /** The family that a directory's config.json describes; the directory needs no weights. */
    public static ModelFamily familyOf(Path directory) {
        return new ModelDirectory(directory).family();
    }

    /** Size of the weights, in bytes. */
    public long bytes() {
        return family.tensors().values().stream()
                .mapToLong(shape -> Short.BYTES * shape.size())
                .sum();
    }

    /**
     * Copies every file of a directory but its weights, and writes weights for its config.json.
     *
     * @param progress hears how many bytes are written
     */
    public void write(Path from, Path to, LongConsumer progress) {
        try {
            Files.createDirectories(to);
            try (var files = Files.list(from)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.getFileName().toString().contains("safetensors")) {
                        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            writeWeights(to.resolve("model.safetensors"), progress);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write %s: %s".formatted(to, e.getMessage()), e);
        }
    }

    private void writeWeights(Path file, LongConsumer progress) throws IOException {
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            byte[] header = header();
            write(channel, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length));
            write(channel, ByteBuffer.wrap(header));
            var random = new SplittableRandom(seed);
            var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long written = 0;
            for (var tensor : family.tensors().entrySet()) {
                for (long left = tensor.getValue().size(); left > 0; ) {
                    int count = (int) Math.min(left, BUFFER_BYTES / Short.BYTES);
                    buffer.clear();
                    fill(buffer, tensor.getKey(), tensor.getValue(), count, random);
                    write(channel, buffer.flip());
                    left -= count;
                    written += (long) count * Short.BYTES;
                    progress.accept(written);
                }
            }
        }
    }

    private byte[] header() {
        var json = new ObjectMapper().createObjectNode();
        long offset = 0;
        for (var tensor : family.tensors().entrySet()) {
            var node = json.putObject(tensor.getKey()).put("dtype", "BF16");
            var sizes = node.putArray("shape");
            for (long size : tensor.getValue().getShape()) {
                sizes.add(size);
            }
            long end = offset + Short.BYTES * tensor.getValue().size();
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        var text = json.toString();
        return (text + " ".repeat(-text.length() & 7)).getBytes(StandardCharsets.US_ASCII);
    }

    private static void fill(ByteBuffer buffer, String name, Shape shape, int count, SplittableRandom random) {
        if (shape.dimension() == 1) {
            for (int i = 0; i < count; i++) {
                buffer.putShort(name.endsWith(".bias") ? 0 : ONE);
            }
            return;
        }
        double bound = Math.sqrt(3.0 * shape.get(0) / shape.size());
        for (int i = 0; i < count; i++) {
            float value = (float) (bound * (2 * random.nextDouble() - 1));
            buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}

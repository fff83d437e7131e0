package io.mdpo.scorer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the raw tensors. Files are
 * memory-mapped, so that no file size is too large and nothing is copied before it is needed.
 */
public final class Safetensors {
    /** Largest header that the reference implementation accepts, in bytes. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Safetensors() {}

    /** Where one tensor lies in a file: element type as the format writes it, shape, first byte and length. */
    public record Entry(String dtype, Shape shape, long position, long bytes) {}

    /** What becomes of a tensor whose elements are not fp32. */
    public enum Storage {
        /** Converted to fp32 when it is read. */
        FLOAT32,
        /** Converted to bf16 when it is read, fp32 too. */
        BFLOAT16,
        /** Mapped as it lies in the file, bf16 as fp16 tensors of the same bits: nothing is resident before it is used. */
        AS_STORED
    }

    /** Element types that can be read. */
    private static DataType carrier(String dtype) {
        return switch (dtype) {
            case "F32" -> DataType.FLOAT32;
            // bf16 arrays abort the engine when DJL converts them: their bits travel as fp16 and are reinterpreted
            // there.
            case "F16", "BF16" -> DataType.FLOAT16;
            default -> throw new IllegalArgumentException("element type %s is not F32, F16 or BF16".formatted(dtype));
        };
    }

    /** Bytes an element. Types that cannot be read may stand in a file beside those that can. */
    private static int width(String dtype, String tensor, String file) {
        return switch (dtype) {
            case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2" -> 1;
            case "I16", "U16", "F16", "BF16" -> 2;
            case "I32", "U32", "F32" -> 4;
            case "I64", "U64", "F64" -> 8;
            default ->
                throw new IllegalArgumentException(
                        "%s: tensor %s has the unknown element type %s".formatted(file, tensor, dtype));
        };
    }

    /** Reads and checks the header of a file. */
    public static Map<String, Entry> entries(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return entries(channel, file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Maps every tensor of a file and converts it to fp32; F32 tensors stay in the page cache. */
    public static Map<String, NDArray> read(NDManager manager, Path file) {
        return read(manager, file, name -> true, Storage.FLOAT32);
    }

    /** Maps the wanted tensors of a file. */
    public static Map<String, NDArray> read(NDManager manager, Path file, Predicate<String> wanted, Storage storage) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var conversions = TensorConversions.open(manager)) {
            var tensors = new LinkedHashMap<String, NDArray>();
            var entries = entries(channel, file);
            // A buffer reaches 2 GiB. Where that is enough, one mapping will do: the system counts them.
            var whole = channel.size() <= Integer.MAX_VALUE
                    ? Optional.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
                    : Optional.<MappedByteBuffer>empty();
            for (var entry : entries.entrySet()) {
                if (wanted.test(entry.getKey())) {
                    var at = entry.getValue();
                    var buffer = whole.isPresent()
                            ? whole.get().slice((int) at.position(), (int) at.bytes())
                            : channel.map(FileChannel.MapMode.READ_ONLY, at.position(), at.bytes());
                    buffer.order(ByteOrder.LITTLE_ENDIAN);
                    tensors.put(entry.getKey(), tensor(manager, conversions, at, buffer, storage));
                }
            }
            return tensors;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Reads tensors from memory, as {@link #read(NDManager, Path)}. */
    public static Map<String, NDArray> read(NDManager manager, byte[] file) {
        try (var conversions = TensorConversions.open(manager)) {
            var all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            var name = "the safetensors bytes";
            int header = headerLength(all.remaining(), all.remaining() < 8 ? 0 : all.getLong(0), name);
            var tensors = new LinkedHashMap<String, NDArray>();
            parse(all.slice(8, header), 8L + header, file.length, name).forEach((tensorName, at) -> {
                var buffer =
                        ByteBuffer.allocateDirect(Math.toIntExact(at.bytes())).order(ByteOrder.LITTLE_ENDIAN);
                buffer.put(file, Math.toIntExact(at.position()), Math.toIntExact(at.bytes()));
                tensors.put(tensorName, tensor(manager, conversions, at, buffer.flip(), Storage.FLOAT32));
            });
            return tensors;
        }
    }

    /** A file of tensors in the order of their names: the same tensors always give the same bytes. All as F32. */
    public static BlobSource write(Map<String, NDArray> tensors, Map<String, String> metadata) {
        return write(tensors, metadata, "F32");
    }

    /**
     * A file of tensors in the order of their names.
     *
     * @param tensors are read when the bytes are asked for
     * @param dtype F32 or F16
     */
    public static BlobSource write(Map<String, NDArray> tensors, Map<String, String> metadata, String dtype) {
        return new TensorFile(tensors, metadata, dtype);
    }

    private static NDArray tensor(
            NDManager manager, TensorConversions conversions, Entry at, ByteBuffer buffer, Storage storage) {
        var mapped = manager.create(buffer, at.shape(), carrier(at.dtype()));
        if (storage == Storage.AS_STORED
                || (storage == Storage.FLOAT32 && at.dtype().equals("F32"))) {
            return mapped;
        }
        try (mapped) {
            return storage == Storage.FLOAT32
                    ? conversions.toFloat32(manager, mapped, at.dtype())
                    : conversions.toBfloat16(manager, mapped, at.dtype());
        }
    }

    private static Map<String, Entry> entries(FileChannel channel, Path file) throws IOException {
        var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(length, 0);
        int header = headerLength(channel.size(), length.getLong(0), file.toString());
        var json = ByteBuffer.allocate(header);
        channel.read(json, 8);
        return parse(json.flip(), 8L + header, channel.size(), file.toString());
    }

    private static int headerLength(long fileBytes, long header, String file) {
        if (header <= 0 || header > MAX_HEADER_BYTES || header > fileBytes - 8) {
            throw new IllegalArgumentException(
                    "%s is not a safetensors file: it has %d bytes and claims a header of %d; fetch it again"
                            .formatted(file, fileBytes, header));
        }
        return (int) header;
    }

    private static Map<String, Entry> parse(ByteBuffer json, long dataStart, long fileBytes, String file) {
        var entries = new LinkedHashMap<String, Entry>();
        JsonNode header;
        try {
            header = JSON.readTree(StandardCharsets.UTF_8.decode(json).toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("%s has a header that is not JSON; fetch it again".formatted(file), e);
        }
        for (Iterator<String> names = header.fieldNames(); names.hasNext(); ) {
            var name = names.next();
            if (!name.equals("__metadata__")) {
                entries.put(name, entry(header.get(name), name, dataStart, fileBytes, file));
            }
        }
        // Tensors that share bytes would make a small file large in memory; the reference implementation refuses them
        // too.
        long claimed = entries.values().stream().mapToLong(Entry::bytes).sum();
        if (claimed > fileBytes - dataStart) {
            throw new IllegalArgumentException("%s: its tensors claim %d bytes, and it holds %d; fetch it again"
                    .formatted(file, claimed, fileBytes - dataStart));
        }
        return entries;
    }

    private static Entry entry(JsonNode node, String name, long dataStart, long fileBytes, String file) {
        var dtype = node.path("dtype").asText();
        var sizes = node.path("shape");
        long[] shape = new long[sizes.size()];
        double elements = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).asLong(-1);
            elements *= shape[i] < 0 ? Double.NaN : shape[i];
        }
        long begin = node.path("data_offsets").path(0).asLong(-1);
        long end = node.path("data_offsets").path(1).asLong(-1);
        int width = width(dtype, name, file);
        // In floating point, a product of hostile sizes cannot wrap around to the right number.
        if (begin < 0 || end < begin || end - begin != elements * width || end > fileBytes - dataStart) {
            throw new IllegalArgumentException(
                    "%s: tensor %s of shape %s and type %s lies at bytes %d to %d of %d: the file is truncated or damaged; fetch it again"
                            .formatted(file, name, sizes, dtype, begin, end, fileBytes - dataStart));
        }
        return new Entry(dtype, new Shape(shape), dataStart + begin, end - begin);
    }
}

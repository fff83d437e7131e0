package io.mdpo.scorer.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors as the bytes of a safetensors file, in the order of their names: the same tensors always give the same bytes. They
 * are copied out of native memory slice by slice.
 */
final class TensorFile implements BlobSource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SLICE_BYTES = 1 << 20;

    private final TreeMap<String, NDArray> tensors;
    private final DataType dtype;
    private final byte[] header;
    private final long size;

    /** @param dtype F32 or F16 */
    TensorFile(Map<String, NDArray> tensors, Map<String, String> metadata, String dtype) {
        this.tensors = new TreeMap<>(tensors);
        this.dtype = dtype.equals("F16") ? DataType.FLOAT16 : DataType.FLOAT32;
        var json = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            var node = json.putObject("__metadata__");
            new TreeMap<>(metadata).forEach(node::put);
        }
        long offset = 0;
        for (var tensor : this.tensors.entrySet()) {
            offset = describe(
                    json.putObject(tensor.getKey()), dtype, tensor.getValue().getShape(), offset);
        }
        this.header = json.toString().getBytes(StandardCharsets.UTF_8);
        this.size = Long.BYTES + header.length + padding() + offset;
    }

    private long describe(ObjectNode node, String name, Shape shape, long offset) {
        long end = offset + shape.size() * dtype.getNumOfBytes();
        node.put("dtype", name);
        var sizes = node.putArray("shape");
        for (long side : shape.getShape()) {
            sizes.add(side);
        }
        node.putArray("data_offsets").add(offset).add(end);
        return end;
    }

    /** Spaces after the header, so that the tensors are aligned. */
    private int padding() {
        return -header.length & 7;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length + padding())
                .array());
        out.write(header);
        out.write(" ".repeat(padding()).getBytes(StandardCharsets.US_ASCII));
        byte[] slice = new byte[SLICE_BYTES];
        for (var tensor : tensors.values()) {
            write(tensor, slice, out);
        }
    }

    private void write(NDArray tensor, byte[] slice, OutputStream out) throws IOException {
        long step = SLICE_BYTES / dtype.getNumOfBytes();
        try (var scratch = tensor.getManager().newSubManager()) {
            var flat = tensor.reshape(-1);
            flat.attach(scratch);
            for (long begin = 0; begin < flat.size(); begin += step) {
                long end = Math.min(begin + step, flat.size());
                try (var piece = scratch.newSubManager()) {
                    var view = flat.get(new NDIndex().addSliceDim(begin, end));
                    view.attach(piece);
                    var stored = view.toType(dtype, false).toDevice(Device.cpu(), false);
                    stored.attach(piece);
                    // Direct: a view of the native memory, which is there as long as the tensor.
                    var buffer = stored.toByteBuffer(true);
                    int length = buffer.remaining();
                    buffer.get(slice, 0, length);
                    out.write(slice, 0, length);
                }
            }
        }
    }
}

package io.mdpo.scorer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private final NDManager manager = Torch.newManager();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void tensorsComeBackAndTheBytesDoNotDependOnTheOrderOfTheMap() {
        var a = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
        var b = manager.create(7f);
        byte[] bytes = Safetensors.write(Map.of("a", a, "b", b), Map.of("format", "pt"))
                .bytes();

        assertThat(Safetensors.write(Map.of("b", b, "a", a), Map.of("format", "pt"))
                        .bytes())
                .isEqualTo(bytes);
        var read = Safetensors.read(manager, bytes);
        assertThat(read.keySet()).containsExactly("a", "b");
        assertThat(read.get("a")).isEqualTo(a);
        assertThat(read.get("b")).isEqualTo(b);
    }

    /** Of an odd length above two slices, and seen through a view that is not contiguous. */
    @Test
    void aTensorOfSeveralSlicesIsWrittenWhole() throws IOException {
        var straight = manager.arange(0f, 700_001f, 1f);
        var turned = manager.arange(0f, 600_000f, 1f).reshape(600, 1000).transpose();
        var source = Safetensors.write(Map.of("long", straight, "turned", turned), Map.of());
        var file = directory.resolve("slices.safetensors");
        var pieces = new ArrayList<Integer>();
        try (var out = new FilterOutputStream(Files.newOutputStream(file)) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                pieces.add(length);
                out.write(bytes, from, length);
            }
        }) {
            source.writeTo(out);
        }

        assertThat(Files.size(file)).isEqualTo(source.size());
        assertThat(pieces).allMatch(length -> length <= 1 << 20).contains(1 << 20);
        assertThat(source.sha256()).isEqualTo(DigestUtils.sha256Hex(Files.readAllBytes(file)));
        var read = Safetensors.read(manager, file);
        assertThat(read.get("long")).isEqualTo(straight);
        assertThat(read.get("turned")).isEqualTo(turned);
    }

    @Test
    void halfPrecisionIsWrittenAsTheSameNumbers() throws IOException {
        var file = directory.resolve("half.safetensors");
        Files.write(
                file,
                Safetensors.write(Map.of("x", manager.create(new float[] {1.5f, -2})), Map.of(), "F16")
                        .bytes());

        assertThat(Objects.requireNonNull(Safetensors.read(manager, file).get("x"))
                        .toFloatArray())
                .containsExactly(1.5f, -2);
    }

    @Test
    void everyStoredTypeIsReadAsTheSameNumbers() throws IOException {
        // 1.5 and -2: fp32, fp16 (3E00, C000) and bf16 (3FC0, C000) bits by hand.
        for (var stored : Map.of(
                        "F32", bytes(4, 0x3FC00000, 0xC0000000),
                        "F16", bytes(2, 0x3E00, 0xC000),
                        "BF16", bytes(2, 0x3FC0, 0xC000))
                .entrySet()) {
            var file = file(stored.getKey(), "[2]", "[0,%d]".formatted(stored.getValue().length), stored.getValue());

            assertThat(Objects.requireNonNull(Safetensors.read(manager, file).get("x"))
                            .toFloatArray())
                    .as(stored.getKey())
                    .containsExactly(1.5f, -2);
        }
    }

    @Test
    void aHeaderLongerThanTheFileIsRefusedBeforeItIsRead() throws IOException {
        var file = directory.resolve("absurd.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, Long.MAX_VALUE)
                        .array());

        assertThatThrownBy(() -> Safetensors.read(manager, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absurd.safetensors")
                .hasMessageContaining("claims a header of 9223372036854775807");
    }

    @Test
    void aTruncatedFileIsRefusedByTheTensorsName() throws IOException {
        var file = file("F32", "[2]", "[0,8]", bytes(4, 1, 2));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));

        assertThatThrownBy(() -> Safetensors.read(manager, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensor x")
                .hasMessageContaining("truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0,4]", "[-8,0]", "[4,4]", "[0,9223372036854775807]"})
    void offsetsThatDoNotFitTheShapeAreRefused(String offsets) throws IOException {
        var file = file("F32", "[2]", offsets, bytes(4, 1, 2));

        assertThatThrownBy(() -> Safetensors.read(manager, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensor x");
    }

    /** A file of a few megabytes could otherwise ask for all the memory there is, a thousand times the same bytes. */
    @Test
    void tensorsThatShareBytesAreRefused() throws IOException {
        var json =
                "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'y':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}"
                        .replace('\'', '"');
        var file = file("shared", json, bytes(4, 1));

        assertThatThrownBy(() -> Safetensors.read(manager, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("claim 8 bytes, and it holds 4");
    }

    private Path file(String dtype, String shape, String offsets, byte[] data) throws IOException {
        var json = "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}".formatted(dtype, shape, offsets);
        return file(dtype, json, data);
    }

    private Path file(String name, String json, byte[] data) throws IOException {
        var file = directory.resolve(name + ".safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(8 + json.length() + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length())
                        .put(json.getBytes(StandardCharsets.US_ASCII))
                        .put(data)
                        .array());
        return file;
    }

    private static byte[] bytes(int width, int... values) {
        var buffer = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            if (width == 4) {
                buffer.putInt(value);
            } else {
                buffer.putShort((short) value);
            }
        }
        return buffer.array();
    }
}

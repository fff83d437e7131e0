package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeftAdapterTest {
    private static final Path LLAVA = Path.of("src/test/resources/golden/llava");

    private final ModelFamily family = new ModelDirectory(LLAVA.resolve("model")).family();

    @TempDir
    private Path directory;

    @BeforeEach
    void copy() throws IOException {
        for (var file : new String[] {PeftAdapter.CONFIG_FILE, PeftAdapter.WEIGHTS_FILE}) {
            Files.copy(LLAVA.resolve("adapter").resolve(file), directory.resolve(file));
        }
    }

    @Test
    void anAdapterInUseDoesNotChangeWithItsFile() throws IOException {
        var file = directory.resolve(PeftAdapter.WEIGHTS_FILE);
        try (var manager = Torch.newManager()) {
            var adapter = PeftAdapter.read(manager, family, directory);
            var before = values(adapter.tensors());
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                assertThat(channel.write(ByteBuffer.allocate((int) Files.size(file))))
                        .isPositive();
            }

            assertThat(values(adapter.tensors())).usingRecursiveComparison().isEqualTo(before);
        }
    }

    @Test
    void theDigestIsOfBothFiles() throws IOException {
        var config = DigestUtils.sha256Hex(Files.readAllBytes(directory.resolve(PeftAdapter.CONFIG_FILE)));
        var weights = DigestUtils.sha256Hex(Files.readAllBytes(directory.resolve(PeftAdapter.WEIGHTS_FILE)));
        try (var manager = Torch.newManager()) {
            assertThat(PeftAdapter.read(manager, family, directory).digest())
                    .isEqualTo(DigestUtils.sha256Hex(config + weights));
        }
    }

    @Test
    void aFileThatIsMissingIsNamed() throws IOException {
        for (var file : new String[] {PeftAdapter.WEIGHTS_FILE, PeftAdapter.CONFIG_FILE}) {
            Files.delete(directory.resolve(file));
            try (var manager = Torch.newManager()) {
                assertThatThrownBy(() -> PeftAdapter.read(manager, family, directory))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageContaining(file)
                        .hasMessageContaining("save_pretrained");
            }
        }
    }

    private static Map<String, float[]> values(Map<String, NDArray> tensors) {
        var values = new TreeMap<String, float[]>();
        tensors.forEach((name, tensor) -> values.put(name, tensor.toFloatArray()));
        return values;
    }
}

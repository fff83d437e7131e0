package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryEstimateTest {
    private static final Path LLAVA = Path.of("src/test/resources/golden/llava");
    private static final int TOKENS = 100;
    private static final int RANK = 4;

    @ParameterizedTest
    @CsvSource({
        "model, FP32, CONVERTED, 4",
        "model, FP32, AS_STORED, 4",
        "model, BF16, CONVERTED, 2",
        "model, BF16, AS_STORED, 4",
        "model_sharded_bf16, FP32, CONVERTED, 4",
        "model_sharded_bf16, FP32, AS_STORED, 2",
        "model_sharded_bf16, BF16, CONVERTED, 2",
        "model_sharded_bf16, BF16, AS_STORED, 2"
    })
    void whatAModelWillTakeIsKnownBeforeItIsOpened(String model, Precision precision, Kept kept, int bytesAWeight) {
        var directory = new ModelDirectory(LLAVA.resolve(model), kept == Kept.CONVERTED ? Long.MAX_VALUE : 0);

        var foretold = directory.memory(directory.family(), device(precision));

        assertThat(foretold.precision()).isEqualTo(precision);
        assertThat(foretold.weightBytes()).isEqualTo(bytesAWeight * foretold.parameters());
        try (var opened = VisionLanguageModel.open(directory, device(precision), Background.WHITE)) {
            assertThat(opened.memory().weightBytes()).isEqualTo(foretold.weightBytes());
            // bf16 that stays in its file is not among them, and other bf16 has a type that the engine's Java side does
            // not know.
            assertThat(opened.weights().values().stream().map(NDArray::getDataType))
                    .allMatch(type -> (type == DataType.FLOAT32) == (bytesAWeight == 4));
        }
    }

    private enum Kept {
        CONVERTED,
        AS_STORED
    }

    /** The graph holds each weight as it was used: 4 bytes of fp32 beside 2 in the file, and nothing where they are one. */
    @Test
    void weightsOfAnotherTypeAreKeptTwiceByAGraph() {
        var stored = memory("model_sharded_bf16", Precision.FP32, 0);
        var converted = memory("model_sharded_bf16", Precision.FP32, Long.MAX_VALUE);

        assertThat(stored.training(1, TOKENS, RANK) - converted.training(1, TOKENS, RANK))
                .isEqualTo((2 + 4 - 4) * stored.parameters());
        assertThat(converted.checkpointed(1, TOKENS, RANK) - stored.checkpointed(1, TOKENS, RANK))
                .isEqualTo((4 - 2) * stored.parameters());
    }

    /** Inputs of layers are 2 bytes for 4; what an adapter reads and adds to, of two layers at once, is there in fp32 as well. */
    @Test
    void bfloat16HalvesWeightsAndInputsOfLayersAndNotWhatTheAdapterTouches() {
        var wide = memory("model", Precision.FP32, Long.MAX_VALUE);
        var narrow = memory("model", Precision.BF16, Long.MAX_VALUE);
        long tokens = 1_000_000;

        long perTokenWide = wide.scoring(1, tokens + 1) - wide.scoring(1, tokens);
        long perTokenNarrow = narrow.scoring(1, tokens + 1) - narrow.scoring(1, tokens);
        assertThat(2 * perTokenNarrow).isEqualTo(3 * perTokenWide);
        var language = wide.language();
        long inputs = (long) language.layers() * language.linearLayers().get(0).in();
        assertThat(narrow.checkpointed(1, tokens, RANK) - narrow.checkpointed(1, tokens - 1, RANK))
                .isEqualTo(2 * perTokenNarrow + 2 * inputs);
    }

    private static MemoryEstimate memory(String model, Precision precision, long convertedAtOnce) {
        var directory = new ModelDirectory(LLAVA.resolve(model), convertedAtOnce);
        return directory.memory(directory.family(), device(precision));
    }

    private static ComputeDevice device(Precision precision) {
        return ComputeDevice.of("cpu", precision, Kernels.NATIVE);
    }
}

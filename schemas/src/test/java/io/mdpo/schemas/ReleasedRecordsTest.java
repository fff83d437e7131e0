package io.mdpo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointChunk;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PartitionOffset;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.RejectedPair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.StepOffsets;
import io.mdpo.schemas.avro.TrainingMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the bytes below {@code releases/}, which releases 1 to 3 wrote. */
class ReleasedRecordsTest {
    private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final String DIGEST = "cd".repeat(32);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aPairsImageBecomesAListAndItsTurnsBecomeMessages(int version) {
        assertThat(read(version, "PreferencePair", PreferencePair.class)).isEqualTo(pair(version));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aReferenceToAnImageStaysOne(int version) {
        var pair = read(version, "PreferencePair-by-reference", PreferencePair.class);

        assertThat(pair.getImages()).containsExactly(new ImageReference("file:a.png", "ab".repeat(32)));
        assertThat(pair.getPrompt())
                .containsExactly(Prompts.message("system", "Be brief."), Prompts.message("user", "What is this?"));
        assertThat(pair.getCorruptedImages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aScoredPairsCorruptionIsOfItsOneImage(int version) {
        assertThat(read(version, "ScoredPair", ScoredPair.class))
                .isEqualTo(new ScoredPair(
                        pair(version),
                        List.of(new Corruption(0, "noise", 7L, 1, 2, 30, 40, version == 1 ? 0 : 0.5)),
                        new LogProbs(List.of(-1f, -2f), List.of(-3f), List.of(-4f, -5f)),
                        new Reference("reference-1", "checkpoint-1")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theOtherRecordsAreAsTheyWere(int version) {
        assertThat(read(version, "RejectedPair", RejectedPair.class))
                .isEqualTo(new RejectedPair(
                        "pair-1",
                        "ingest",
                        "EMPTY_CHOSEN",
                        "the answer is blank",
                        "mdpo.raw-pairs",
                        3,
                        42L,
                        TIME,
                        ByteBuffer.wrap("pair-1".getBytes(StandardCharsets.UTF_8)),
                        bytes(9)));
        assertThat(read(version, "Checkpoint", Checkpoint.class))
                .isEqualTo(new Checkpoint(
                        "run",
                        20L,
                        10L,
                        DIGEST,
                        List.of(new Blob("adapter_model.safetensors", 5L, 1, DIGEST, 0, 17L)),
                        List.of(new PartitionOffset("mdpo.scored-pairs", 0, 99L)),
                        List.of(new StepOffsets(20L, 0, 90L, 98L, List.of(93L))),
                        "config",
                        "",
                        "reference-1",
                        "{}",
                        160L,
                        1L,
                        List.of("best"),
                        TIME));
        assertThat(read(version, "CheckpointChunk", CheckpointChunk.class))
                .isEqualTo(new CheckpointChunk("run", 20L, "adapter_model.safetensors", 0, bytes(1, 2, 3, 4, 5)));
        assertThat(read(version, "TrainingMetrics", TrainingMetrics.class))
                .isEqualTo(new TrainingMetrics("run", 20L, 160L, Map.of("loss", 2.5), TIME));
    }

    private static PreferencePair pair(int version) {
        return new PreferencePair(
                "pair-1",
                List.of(bytes(1, 2, 3)),
                List.of(
                        Prompts.message("user", "What is this?"),
                        Prompts.message("assistant", "An animal."),
                        Prompts.message("user", "Which?")),
                "A dog.",
                "A cat.",
                "unit",
                TIME,
                version == 1 ? List.of() : List.of(bytes(4, 5)),
                PairKind.PAIR.text(),
                null);
    }

    private static <T extends SpecificRecord> T read(int version, String file, Class<T> type) {
        var path = "/releases/%d/%s.bin".formatted(version, file);
        try (var in = Objects.requireNonNull(ReleasedRecordsTest.class.getResourceAsStream(path), path)) {
            return AvroSerde.of(type).decode(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer bytes(int... values) {
        var bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}

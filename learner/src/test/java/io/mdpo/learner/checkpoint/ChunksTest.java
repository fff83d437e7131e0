package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChunksTest {
    @Test
    void everyChunkButTheLastIsFull() {
        assertThat(Chunks.of(new byte[10], 4)).extracting(ByteBuffer::remaining).containsExactly(4, 4, 2);
    }

    @Test
    void aMultipleOfTheChunkSizeHasNoEmptyChunk() {
        assertThat(Chunks.of(new byte[8], 4)).extracting(ByteBuffer::remaining).containsExactly(4, 4);
    }

    @Test
    void anEmptyBlobHasOneEmptyChunkSoThatItHasAPlace() {
        assertThat(Chunks.of(new byte[0], 4)).extracting(ByteBuffer::remaining).containsExactly(0);
    }

    @Test
    void theChunksInOrderAreTheBlob() {
        var chunks = Chunks.of("abcdefg".getBytes(UTF_8), 3);

        assertThat(chunks)
                .extracting(chunk -> UTF_8.decode(chunk.duplicate()).toString())
                .containsExactly("abc", "def", "g");
    }

    @Test
    void keysSortAsTheStepsDo() {
        assertThat(CheckpointKeys.manifest("run", 9)).isLessThan(CheckpointKeys.manifest("run", 10));
        assertThat(CheckpointKeys.chunk("run", 20, "adapter", 3)).isEqualTo("run/0000000020/adapter/3");
    }
}

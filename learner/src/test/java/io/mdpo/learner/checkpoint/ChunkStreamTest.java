package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkStreamTest {
    @Test
    void everyChunkButTheLastIsFullHoweverTheBytesCome() {
        assertThat(chunks(4, "abcdefghij")).containsExactly("abcd", "efgh", "ij");
        assertThat(chunks(4, "abc", "defgh", "", "ij")).containsExactly("abcd", "efgh", "ij");
        assertThat(chunks(4, "abcdefghi", "j")).containsExactly("abcd", "efgh", "ij");
    }

    @Test
    void aMultipleOfTheChunkSizeHasNoEmptyChunk() {
        assertThat(chunks(4, "abcd", "efgh")).containsExactly("abcd", "efgh");
    }

    @Test
    void anEmptyBlobHasOneEmptyChunkSoThatItHasAPlace() {
        assertThat(chunks(4)).containsExactly("");
    }

    @Test
    void keysSortAsTheStepsDo() {
        assertThat(CheckpointKeys.manifest("run", 9)).isLessThan(CheckpointKeys.manifest("run", 10));
        assertThat(CheckpointKeys.chunk("run", 20, "adapter", 3)).isEqualTo("run/0000000020/adapter/3");
    }

    private static List<String> chunks(int chunkBytes, String... pieces) {
        var chunks = new ArrayList<String>();
        var stream = new ChunkStream(
                chunkBytes, chunk -> chunks.add(UTF_8.decode(chunk).toString()));
        int bytes = 0;
        for (var piece : pieces) {
            stream.write(piece.getBytes(UTF_8), 0, piece.length());
            bytes += piece.length();
        }
        stream.close();
        assertThat(stream.size()).isEqualTo(bytes);
        return chunks;
    }
}

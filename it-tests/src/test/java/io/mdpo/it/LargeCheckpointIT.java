package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.ScoredPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint that is larger than the heap of the learner. {@code -Dmdpo.large=true} has one with more than 2 GiB, which no
 * array can hold, in a heap of 512 MB; it takes 8 GB of memory and 7 GB of disk.
 */
class LargeCheckpointIT {
    private static final Logger LOG = LoggerFactory.getLogger(LargeCheckpointIT.class);
    private static final boolean LARGE = Boolean.getBoolean("mdpo.large");
    private static final int MEBIBYTES = LARGE ? 2200 : 160;
    private static final String HEAP = LARGE ? "-Xmx512m" : "-Xmx64m";
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    @TempDir
    private Path temp;

    @Test
    @Timeout(1200)
    void anOptimizerStateThatIsLargerThanTheHeapIsPublishedAndRestored() throws InterruptedException {
        try (var broker = TestBroker.start(temp.resolve("broker"));
                var fixture = new KafkaFixture(broker.bootstrapServers(), 1)) {
            for (var id : List.of("first", "second")) {
                fixture.send(Topic.SCORED_PAIRS, 0, 0, id, SCORED_PAIR.encode(TestPairs.scored(TestPairs.pair(id))));
            }
            fixture.flush();

            var first = learn(broker, fixture, 1);
            assertThat(optimizerState(fixture).getSizeBytes()).isGreaterThan((long) MEBIBYTES << 20);
            var published = optimizerState(fixture).getSha256();
            var second = learn(broker, fixture, 2);

            assertThat(first).contains("published " + published);
            assertThat(second).contains("restored " + published);
            assertThat(optimizerState(fixture).getSha256()).isNotEqualTo(published);
            assertThat(second).contains("published " + optimizerState(fixture).getSha256());
        }
    }

    private String learn(TestBroker broker, KafkaFixture fixture, int pairs) throws InterruptedException {
        try (var process = MdpoProcess.start(
                BulkyLearner.class,
                List.of(),
                List.of(HEAP, "-Djava.io.tmpdir=" + temp),
                Map.of(),
                temp.resolve("learner-%d.log".formatted(pairs)),
                broker.bootstrapServers(),
                fixture.prefix,
                String.valueOf(MEBIBYTES),
                String.valueOf(pairs))) {
            assertThat(process.await(Duration.ofMinutes(10)))
                    .as(() -> process.output())
                    .isZero();
            LOG.atInfo().addKeyValue("heap", HEAP).log(process.output());
            return process.output();
        }
    }

    private static Blob optimizerState(KafkaFixture fixture) {
        try (var store = new CheckpointStore(fixture.prefix, fixture.kafka)) {
            return store.latest(BulkyLearner.RUN).orElseThrow().getBlobs().stream()
                    .filter(blob -> blob.getName().equals(BlobNames.OPTIMIZER))
                    .findFirst()
                    .orElseThrow();
        }
    }
}

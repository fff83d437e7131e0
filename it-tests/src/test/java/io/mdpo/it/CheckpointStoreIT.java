package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.learner.checkpoint.BlobNames;
import io.mdpo.learner.checkpoint.CheckpointFileException;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.checkpoint.CheckpointTagger;
import io.mdpo.learner.checkpoint.CheckpointWriter;
import io.mdpo.learner.checkpoint.CorruptCheckpointException;
import io.mdpo.learner.checkpoint.Retention;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.scorer.torch.BlobSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CheckpointStoreIT {
    private static final String RUN = "run";

    @TempDir
    private static Path brokerFolder;

    private static TestBroker broker;
    private KafkaFixture fixture;
    private CheckpointStore store;
    private Producer<byte[], byte[]> producer;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void open() {
        fixture = new KafkaFixture(broker.bootstrapServers(), 1);
        store = new CheckpointStore(fixture.prefix, fixture.kafka);
        producer = openProducer();
    }

    @AfterEach
    void close() {
        producer.close();
        store.close();
        fixture.close();
    }

    @Test
    void aTaggedBlobOf200MebibytesComesBackByteForByteAfterLaterCheckpoints() {
        var adapter = randomBytes(200 << 20);
        var optimizer = randomBytes(1000);

        write(
                1,
                20,
                Map.of(BlobNames.ADAPTER, BlobSource.of(adapter), BlobNames.OPTIMIZER, BlobSource.of(optimizer)),
                "release");
        write(1, 40, adapter(40));
        write(1, 60, adapter(60));

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 60L);
        var latest = store.list(RUN).get(0);
        assertThat(latest.getBlobs())
                .filteredOn(blob -> blob.getName().equals(BlobNames.ADAPTER))
                .singleElement()
                .satisfies(blob -> assertThat(blob.getChunkCount()).isEqualTo(200))
                .satisfies(blob -> assertThat(blob.getSha256()).isEqualTo(latest.getSha256()));
        try (var files = store.fetch(latest)) {
            assertThat(files.path(BlobNames.ADAPTER)).hasBinaryContent(adapter);
            assertThat(files.path(BlobNames.OPTIMIZER)).hasBinaryContent(optimizer);
        }
    }

    @Test
    void aDiskThatIsFullFailsTheRestoreWithASentenceAndLeavesNothingBehind() throws IOException {
        var written = write(1, 20, Map.of(BlobNames.ADAPTER, BlobSource.of(randomBytes(4 << 20))));
        try (var disk = TinyDisk.mount(brokerFolder.resolve("small"), 2)) {
            assertThatThrownBy(() -> store.fetch(written, disk.directory()))
                    .isInstanceOf(CheckpointFileException.class)
                    .hasMessageContainingAll(
                            "run/0000000020", "No space left on device", "4,194,304 bytes", "make room");
            assertThat(disk.directory()).isEmptyDirectory();
        }
    }

    @Test
    void aTaggedCheckpointIsKept() {
        for (long step = 20; step <= 60; step += 20) {
            write(2, step, adapter(step));
        }
        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(40L, 60L);

        var tagged = new CheckpointTagger(fixture.prefix, fixture.kafka).tag(store, RUN, 40, "best");
        assertThat(store.tags(tagged)).containsExactly("best");
        write(2, 80, adapter(80));
        write(2, 100, adapter(100));

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(40L, 80L, 100L);
        store.verify(store.list(RUN).get(0));
    }

    @Test
    void aTagThatIsTakenAwayKeepsNothing() {
        write(1, 20, adapter(20));
        var tagger = new CheckpointTagger(fixture.prefix, fixture.kafka);
        tagger.tag(store, RUN, 20, "best");
        write(1, 40, adapter(40));
        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 40L);

        tagger.untag(store, RUN, 20, "best");
        write(1, 60, adapter(60));

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(60L);
        assertThatThrownBy(() -> tagger.untag(store, RUN, 60, "best"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no tag best");
    }

    @Test
    void aCheckpointThatIsWrittenAgainKeepsItsTag() {
        write(1, 20, adapter(20));
        new CheckpointTagger(fixture.prefix, fixture.kafka).tag(store, RUN, 20, "best");

        write(1, 20, adapter(20));
        write(1, 40, adapter(40));

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 40L);
    }

    /** The transaction looked at the tags before there was one, and drops the checkpoint: the tagger must not say otherwise. */
    @Test
    void aTagThatTheOpenTransactionHasNotSeenWaitsForItsEndAndIsRefused() {
        write(1, 20, adapter(20));
        producer.beginTransaction();
        write(producer, 1, draft(40, List.of()), adapter(40));
        producer.flush();

        var tagging = tagInBackground(20);
        awaitTag();
        assertThat(tagging).isNotDone();
        producer.commitTransaction();

        assertThatThrownBy(tagging::join)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no checkpoint of step 20");
        assertThat(fixture.read(Topic.CHECKPOINT_TAGS)).last().satisfies(tombstone -> assertThat(tombstone.value())
                .isNull());
    }

    /** The tag is there before the transaction looks, and the tagger waits all the same: it cannot know. */
    @Test
    void aTagThatTheOpenTransactionHasSeenKeepsTheCheckpoint() {
        write(1, 20, adapter(20));
        var tagging = new CompletableFuture<CompletableFuture<Void>>();
        producer.beginTransaction();
        new CheckpointWriter(fixture.prefix, 1 << 20).write(producer, draft(40, List.of()), adapter(40), written -> {
            tagging.complete(tagInBackground(20));
            awaitTag();
            return store.dropped(new Retention(1), written);
        });
        producer.flush();
        assertThat(tagging.join()).isNotDone();
        producer.commitTransaction();

        tagging.join().join();
        fixture.awaitCheckpoints();
        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 40L);
    }

    private CompletableFuture<Void> tagInBackground(long step) {
        return Background.start(() -> {
            try (var own = new CheckpointStore(fixture.prefix, fixture.kafka)) {
                new CheckpointTagger(fixture.prefix, fixture.kafka).tag(own, RUN, step, "best");
            }
        });
    }

    private void awaitTag() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !fixture.read(Topic.CHECKPOINT_TAGS).isEmpty());
    }

    @Test
    void chunksOfAnAbortedTransactionAreNotSeen() {
        producer.beginTransaction();
        write(producer, 5, draft(20, List.of()), adapter(20));
        producer.flush();
        producer.abortTransaction();

        assertThat(fixture.read(Topic.CHECKPOINTS, "read_uncommitted")).hasSize(1);
        assertThat(store.latest(RUN)).isEmpty();
        assertThat(fixture.read(Topic.CHECKPOINT_CHUNKS)).isEmpty();
    }

    @Test
    void aWriterThatIsFencedBeforeItCommitsLeavesNothingBehind() throws IOException {
        write(5, 20, adapter(20));
        producer.beginTransaction();
        write(producer, 5, draft(40, List.of()), adapter(40));
        producer.flush();

        try (var successor = openProducer()) {
            assertThatThrownBy(producer::commitTransaction).isInstanceOf(ProducerFencedException.class);
            successor.beginTransaction();
            write(successor, 5, draft(60, List.of()), adapter(60));
            successor.commitTransaction();
            fixture.awaitCheckpoints();
        }

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 60L);
        assertThat(adapterOf(store.latest(RUN).orElseThrow())).isEqualTo(adapterBytes(60));
    }

    @Test
    void theManifestIsTheLastRecordOfItsTransaction() {
        producer.beginTransaction();
        write(producer, 1, draft(20, List.of()), adapter(20));
        producer.commitTransaction();
        fixture.awaitCheckpoints();
        producer.beginTransaction();
        write(producer, 1, draft(40, List.of()), adapter(40));
        producer.commitTransaction();

        assertThat(fixture.read(Topic.CHECKPOINTS))
                .extracting(KafkaFixture::key)
                .containsExactly("run/0000000020", "run/0000000020", "run/0000000040");
    }

    @Test
    void onlyTheNewestAndTheTaggedCheckpointsAreKept() throws IOException {
        write(2, 10, adapter(10));
        write(2, 20, adapter(20), "release");
        write(2, 30, adapter(30));
        write(2, 40, adapter(40));
        write(2, 50, adapter(50));

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 40L, 50L);
        for (var kept : store.list(RUN)) {
            assertThat(adapterOf(kept)).isEqualTo(adapterBytes(kept.getStep()));
        }
        assertThat(fixture.read(Topic.CHECKPOINT_CHUNKS))
                .filteredOn(record -> record.value() == null)
                .extracting(KafkaFixture::key)
                .containsExactly(
                        "run/0000000010/adapter_model.safetensors/0", "run/0000000030/adapter_model.safetensors/0");
    }

    @Test
    void aMissingChunkIsNamed() {
        var written = write(5, 20, adapter(20));
        var blob = written.getBlobs().get(0);
        var longer = with(written, Blob.newBuilder(blob).setChunkCount(2).build());

        assertThatThrownBy(() -> store.verify(longer))
                .isInstanceOf(CorruptCheckpointException.class)
                .hasMessageContainingAll("run/0000000020", BlobNames.ADAPTER, "chunk 1 of 2 is missing");
    }

    @Test
    void alteredBytesAreNamed() {
        var written = write(5, 20, adapter(20));
        var other = write(5, 40, adapter(40)).getBlobs().get(0);
        var altered = with(
                written,
                Blob.newBuilder(written.getBlobs().get(0))
                        .setSha256(other.getSha256())
                        .build());

        assertThatThrownBy(() -> store.verify(altered))
                .isInstanceOf(CorruptCheckpointException.class)
                .hasMessageContainingAll("run/0000000020", BlobNames.ADAPTER, "instead of " + other.getSha256());
    }

    private static Checkpoint with(Checkpoint checkpoint, Blob blob) {
        return Checkpoint.newBuilder(checkpoint).setBlobs(List.of(blob)).build();
    }

    private Producer<byte[], byte[]> openProducer() {
        var opened = new KafkaClients(fixture.kafka).producer(fixture.prefix, Duration.ofMinutes(1));
        opened.initTransactions();
        return opened;
    }

    private Checkpoint write(
            Producer<byte[], byte[]> into, int newest, Checkpoint.Builder draft, Map<String, BlobSource> blobs) {
        return new CheckpointWriter(fixture.prefix, 1 << 20)
                .write(into, draft, blobs, written -> store.dropped(new Retention(newest), written));
    }

    private Checkpoint write(int newest, long step, Map<String, BlobSource> blobs, String... tags) {
        producer.beginTransaction();
        var written = write(producer, newest, draft(step, List.of(tags)), blobs);
        producer.commitTransaction();
        fixture.awaitCheckpoints();
        return written;
    }

    private static Checkpoint.Builder draft(long step, List<String> tags) {
        return Checkpoint.newBuilder()
                .setRunId(RUN)
                .setStep(step)
                .setOffsets(List.of())
                .setLedger(List.of())
                .setConfigHash("c")
                .setReferenceId("r")
                .setAdapterConfig("{}")
                .setPairsLearned(0)
                .setPairsRejected(0)
                .setTags(tags)
                .setCreatedAt(Instant.EPOCH);
    }

    private static Map<String, BlobSource> adapter(long step) {
        return Map.of(BlobNames.ADAPTER, BlobSource.of(adapterBytes(step)));
    }

    private static byte[] adapterBytes(long step) {
        return new byte[] {(byte) step, 1, 2};
    }

    private byte[] adapterOf(Checkpoint checkpoint) throws IOException {
        var bytes = new ByteArrayOutputStream();
        store.read(checkpoint, BlobNames.ADAPTER, bytes);
        return bytes.toByteArray();
    }

    private static byte[] randomBytes(int length) {
        var bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}

package io.mdpo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.learner.checkpoint.BlobNames;
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
                writer(1),
                20,
                Map.of(BlobNames.ADAPTER, BlobSource.of(adapter), BlobNames.OPTIMIZER, BlobSource.of(optimizer)),
                "release");
        write(writer(1), 40, adapter(40));
        write(writer(1), 60, adapter(60));

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
    void aTaggedCheckpointIsKept() {
        for (long step = 20; step <= 60; step += 20) {
            write(writer(2), step, adapter(step));
        }
        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(40L, 60L);

        var tagged = new CheckpointTagger(fixture.prefix, fixture.kafka).tag(store, RUN, 40, "best");
        assertThat(tagged.getTags()).containsExactly("best");
        write(writer(2), 80, adapter(80));
        write(writer(2), 100, adapter(100));

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(40L, 80L, 100L);
        store.verify(store.list(RUN).get(0));
    }

    @Test
    void chunksOfAnAbortedTransactionAreNotSeen() {
        producer.beginTransaction();
        writer(5).write(producer, draft(20, List.of()), adapter(20), List.of());
        producer.flush();
        producer.abortTransaction();

        assertThat(fixture.read(Topic.CHECKPOINTS, "read_uncommitted")).hasSize(1);
        assertThat(store.latest(RUN)).isEmpty();
        assertThat(fixture.read(Topic.CHECKPOINT_CHUNKS)).isEmpty();
    }

    @Test
    void aWriterThatIsFencedBeforeItCommitsLeavesNothingBehind() throws IOException {
        write(writer(5), 20, adapter(20));
        producer.beginTransaction();
        writer(5).write(producer, draft(40, List.of()), adapter(40), List.of());
        producer.flush();

        try (var successor = openProducer()) {
            assertThatThrownBy(producer::commitTransaction).isInstanceOf(ProducerFencedException.class);
            successor.beginTransaction();
            writer(5).write(successor, draft(60, List.of()), adapter(60), List.of());
            successor.commitTransaction();
            fixture.awaitCheckpoints();
        }

        assertThat(store.list(RUN)).extracting(Checkpoint::getStep).containsExactly(20L, 60L);
        assertThat(adapterOf(store.latest(RUN).orElseThrow())).isEqualTo(adapterBytes(60));
    }

    @Test
    void theManifestIsTheLastRecordOfItsTransaction() {
        producer.beginTransaction();
        writer(1).write(producer, draft(20, List.of()), adapter(20), List.of());
        producer.commitTransaction();
        fixture.awaitCheckpoints();
        producer.beginTransaction();
        writer(1).write(producer, draft(40, List.of()), adapter(40), store.list(RUN));
        producer.commitTransaction();

        assertThat(fixture.read(Topic.CHECKPOINTS))
                .extracting(KafkaFixture::key)
                .containsExactly("run/0000000020", "run/0000000020", "run/0000000040");
    }

    @Test
    void onlyTheNewestAndTheTaggedCheckpointsAreKept() throws IOException {
        var writer = writer(2);
        write(writer, 10, adapter(10));
        write(writer, 20, adapter(20), "release");
        write(writer, 30, adapter(30));
        write(writer, 40, adapter(40));
        write(writer, 50, adapter(50));

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
        var written = write(writer(5), 20, adapter(20));
        var blob = written.getBlobs().get(0);
        var longer = with(written, Blob.newBuilder(blob).setChunkCount(2).build());

        assertThatThrownBy(() -> store.verify(longer))
                .isInstanceOf(CorruptCheckpointException.class)
                .hasMessageContainingAll("run/0000000020", BlobNames.ADAPTER, "chunk 1 of 2 is missing");
    }

    @Test
    void alteredBytesAreNamed() {
        var written = write(writer(5), 20, adapter(20));
        var other = write(writer(5), 40, adapter(40)).getBlobs().get(0);
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

    private CheckpointWriter writer(int newest) {
        return new CheckpointWriter(fixture.prefix, 1 << 20, new Retention(newest));
    }

    private Checkpoint write(CheckpointWriter writer, long step, Map<String, BlobSource> blobs, String... tags) {
        producer.beginTransaction();
        var written = writer.write(producer, draft(step, List.of(tags)), blobs, store.list(RUN));
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

package io.mdpo.ingest.gate;

import io.mdpo.gate.Finding;
import io.mdpo.gate.Gate;
import io.mdpo.gate.GateMetrics;
import io.mdpo.ingest.gate.Subject.ImageTraits;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Tells how many pairs are about an image that looks like one before and is not the same file. The same file again is no
 * finding: several questions about one picture are what data sets consist of.
 */
final class NearDuplicates {
    static final String STORE = "image-looks";

    /** Where the number of images so far stands. */
    private static final int COUNT = -1;

    private final KeyValueStore<Integer, byte[]> looks;
    private final Shares shares;
    private final NearDuplicatesConfig config;
    private final GateMetrics metrics;
    private final Object owner;

    NearDuplicates(
            KeyValueStore<Integer, byte[]> looks,
            Shares shares,
            NearDuplicatesConfig config,
            GateMetrics metrics,
            Object owner) {
        this.looks = looks;
        this.shares = shares;
        this.config = config;
        this.metrics = metrics;
        this.owner = owner;
    }

    /** In memory, and in a changelog: sixteen bytes an image. */
    static StoreBuilder<KeyValueStore<Integer, byte[]>> store() {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.Integer(), Serdes.ByteArray());
    }

    Optional<Finding> inspect(Subject subject) {
        if (subject.images().isEmpty()) {
            return Optional.empty();
        }
        boolean alike = subject.images().stream().anyMatch(this::looksLikeAnother);
        subject.images().forEach(this::remember);
        var account = shares.account(Gate.NEAR_DUPLICATES, subject.pair().getSource());
        var share = shares.add(Gate.NEAR_DUPLICATES, account, alike, config.window());
        boolean alarm = share.isFull() && share.share() >= config.maxShare();
        metrics.level(
                Gate.NEAR_DUPLICATES, account, owner, share.isFull() ? share.share() / config.maxShare() : 0, alarm);
        return alarm && alike
                ? Optional.of(new Finding(
                        Gate.NEAR_DUPLICATES,
                        "an image looks like one before, as in %.0f %% of the last %d pairs of source %s"
                                .formatted(100 * share.share(), config.window(), account)))
                : Optional.empty();
    }

    private boolean looksLikeAnother(ImageTraits image) {
        try (var all = looks.range(0, config.images() - 1)) {
            while (all.hasNext()) {
                var other = ByteBuffer.wrap(all.next().value);
                if (Long.bitCount(other.getLong() ^ image.look()) <= config.distance()
                        && other.getLong() != image.file()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** In the place of the oldest. */
    private void remember(ImageTraits image) {
        var written = looks.get(COUNT);
        long count = written == null ? 0 : ByteBuffer.wrap(written).getLong();
        looks.put(
                (int) (count % config.images()),
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(image.look())
                        .putLong(image.file())
                        .array());
        looks.put(COUNT, ByteBuffer.allocate(Long.BYTES).putLong(count + 1).array());
    }
}

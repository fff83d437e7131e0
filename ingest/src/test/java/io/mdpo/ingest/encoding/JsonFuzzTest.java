package io.mdpo.ingest.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** Records that are damaged anywhere, and records that ask for much: each is read or refused, and nothing is thrown. */
class JsonFuzzTest {
    private static final int DAMAGES = 20_000;

    private final PairDecoder decoder = new PairDecoder(Optional.empty());

    @Test
    void damagedBytesAreReadOrRefused() {
        long seed = Long.getLong("mdpo.fuzz.seed", 0);
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            var bytes = Examples.read(Examples.NAMES.get(i % Examples.NAMES.size()));
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes = damage(bytes, random);
            }
            refused += decode(bytes) instanceof Outcome.Refused ? 1 : 0;
        }
        assertThat(refused).as("of seed %d", seed).isBetween(DAMAGES / 10, DAMAGES);
    }

    @Test
    void nestingAsDeepAsARecordIsRefused() {
        for (var open : new String[] {"[", "{\"a\":", "[{\"a\":"}) {
            var deep = "{\"prompt\":" + open.repeat((16 << 20) / open.length());
            assertThat(reason(deep)).isEqualTo(RejectionReason.UNDECODABLE_RECORD);
        }
    }

    @Test
    void aRecordOfManySmallValuesIsRefusedBeforeTheyAreObjects() {
        assertThat(reason("{\"a\":[" + "[],".repeat(5 << 20) + "0]}")).isEqualTo(RejectionReason.UNDECODABLE_RECORD);
    }

    @Test
    void aTextAsLongAsARecordIsRead() {
        var text = "x".repeat(16 << 20);
        var pair = decode(("{\"prompt\":\"Q\",\"chosen\":\"A\",\"rejected\":\"" + text + "\"}").getBytes(UTF_8))
                .toOptional()
                .orElseThrow();

        assertThat(pair.getRejected()).hasSameSizeAs(text);
    }

    @Test
    void moreThanTheLargestRecordIsRefusedUnread() {
        assertThat(reason("{\"a\":\"" + "x".repeat(24 << 20) + "\"}")).isEqualTo(RejectionReason.RECORD_TOO_LARGE);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length < 2) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(Math.min(64, bytes.length - at));
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> {
                var changed = bytes.clone();
                changed[at] = (byte) random.nextInt(256);
                yield changed;
            }
            case 2 -> {
                var shorter = Arrays.copyOf(bytes, bytes.length - (to - at));
                System.arraycopy(bytes, to, shorter, at, bytes.length - to);
                yield shorter;
            }
            default -> {
                var longer = Arrays.copyOf(bytes, bytes.length + (to - at));
                System.arraycopy(bytes, at, longer, to, bytes.length - at);
                yield longer;
            }
        };
    }

    private Outcome<PreferencePair> decode(byte[] bytes) {
        return decoder.decode(bytes, Optional.of(Bytes.wrap(new byte[] {'k'})), Instant.EPOCH);
    }

    private RejectionReason reason(String json) {
        if (decode(json.getBytes(UTF_8)) instanceof Outcome.Refused<PreferencePair> refused) {
            return refused.rejection().reason();
        }
        throw new AssertionError("was accepted");
    }
}

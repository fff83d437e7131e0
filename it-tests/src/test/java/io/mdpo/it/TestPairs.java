package io.mdpo.it;

import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.schemas.avro.Turn;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Small pairs for tests in which no model runs. */
final class TestPairs {
    static final String REFERENCE_ID = "reference-1";

    private TestPairs() {}

    static PreferencePair pair(String id) {
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImage(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .setPrompt(List.of(new Turn("user", "What is here?")))
                .setChosen("a cat")
                .setRejected("a dog")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    /** A pair that every service takes, unlike all others. */
    static PreferencePair good(String id) {
        return PreferencePair.newBuilder(pair(id))
                .setImage(TinyImages.png())
                .setChosen("a cat, " + id)
                .build();
    }

    static ScoredPair scored(PreferencePair pair) {
        return new ScoredPair(
                pair,
                new Corruption("crop", 0L, 0, 0, 1, 1, 0.0),
                new LogProbs(List.of(-1f, -2f), List.of(-3f), List.of(-2f, -2f)),
                new Reference(REFERENCE_ID, null));
    }
}

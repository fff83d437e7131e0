package io.mdpo.it;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
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
                .setImages(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .setPrompt(Prompts.user("What is here?"))
                .setChosen("a cat")
                .setRejected("a dog")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    /** A pair that every service takes, unlike all others. */
    static PreferencePair good(String id) {
        return PreferencePair.newBuilder(pair(id))
                .setImages(List.of(TinyImages.png()))
                .setChosen("a cat, " + id)
                .build();
    }

    static ScoredPair scored(PreferencePair pair) {
        return new ScoredPair(
                pair,
                List.of(new Corruption(0, "crop", 0L, 0, 0, 1, 1, 0.0)),
                new LogProbs(List.of(-1f, -2f), List.of(-3f), List.of(-2f, -2f)),
                new Reference(REFERENCE_ID, null));
    }
}

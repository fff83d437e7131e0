package io.mdpo.ingest;

import io.mdpo.ingest.image.Images;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Preference pairs for tests. */
final class Pairs {
    /** Made before the first record: it is what tells Avro to trust their package. */
    static final AvroSerde<PreferencePair> SERDE = AvroSerde.of(PreferencePair.class);

    private Pairs() {}

    /** A good pair whose content, too, belongs to its id alone. */
    static PreferencePair.Builder good(String id) {
        return PreferencePair.newBuilder()
                .setPairId(id)
                .setImages(List.of(ByteBuffer.wrap(Images.png())))
                .setPrompt(prompt("Describe the picture."))
                .setChosen("A dog, number " + id + ".")
                .setRejected("A cat.")
                .setSource("test")
                .setCreatedAt(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    static List<Message> prompt(String user) {
        return Prompts.user(user);
    }
}

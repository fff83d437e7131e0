package io.mdpo.ops.gateway.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ingest.encoding.JsonDocument;
import io.mdpo.ops.gateway.log.Event;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the tests of forms share. */
final class Forms {
    static final JsonDocument DOCUMENT = new JsonDocument(1 << 20, 100_000);
    static final Instant RECEIVED = Instant.ofEpochMilli(1_800_000_000_000L);

    private Forms() {}

    static Submission submission(String json) {
        return new Submission(ByteBuffer.wrap(json.getBytes(UTF_8)), "shop", RECEIVED, Map.of());
    }

    /** A file beside the test, with some texts replaced. */
    static String file(String name, String... replaced) {
        try (var in = Objects.requireNonNull(Forms.class.getResourceAsStream(name), name)) {
            var text = new String(in.readAllBytes(), UTF_8);
            for (int i = 0; i < replaced.length; i += 2) {
                if (!text.contains(replaced[i])) {
                    throw new IllegalArgumentException(replaced[i] + " is not in " + name);
                }
                text = text.replace(replaced[i], replaced[i + 1]);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Feedback> feedback(Reading reading) {
        var serde = AvroSerde.of(Feedback.class);
        return reading.events().stream()
                .filter(event -> event.topic() == Topic.FEEDBACK)
                .map(event -> serde.decode(bytes(event)))
                .toList();
    }

    static List<Interaction> interactions(Reading reading) {
        var serde = AvroSerde.of(Interaction.class);
        return reading.events().stream()
                .filter(event -> event.topic() == Topic.INTERACTIONS)
                .map(event -> serde.decode(bytes(event)))
                .toList();
    }

    private static byte[] bytes(Event event) {
        var bytes = new byte[event.size()];
        event.value().duplicate().get(bytes);
        return bytes;
    }
}

package io.mdpo.ingest.pairing;

import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.Interaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The interactions of one partition that are not forgotten, and their feedback. An interaction's bytes, the images among
 * them, lie in one store once, from its arrival until its pairs are made; feedback lies beside it until it settles, and its
 * id until the interaction is forgotten.
 */
final class Lives {
    private static final String LIVES = "lives";
    private static final String INTERACTIONS = "interactions";
    private static final String FEEDBACK = "feedback";
    private static final String TIMERS = "interaction-timers";

    /** In the place of a feedback that has ended. */
    private static final byte[] ENDED = {};

    private static final AvroSerde<Interaction> INTERACTION = AvroSerde.of(Interaction.class);

    private final Schedule schedule;
    private final KeyValueStore<Bytes, Life> lives;
    private final KeyValueStore<Bytes, byte[]> interactions;
    private final KeyValueStore<Bytes, byte[]> feedback;
    private final Timers timers;

    Lives(Schedule schedule, ProcessorContext<?, ?> context) {
        this.schedule = schedule;
        this.lives = context.getStateStore(LIVES);
        this.interactions = context.getStateStore(INTERACTIONS);
        this.feedback = context.getStateStore(FEEDBACK);
        this.timers = new Timers(context.getStateStore(TIMERS));
    }

    /** The stores that a processor must be connected to. */
    static Set<StoreBuilder<?>> stores(Storage storage) {
        return Set.of(
                storage.store(LIVES, Life.SERDE),
                storage.store(INTERACTIONS, Serdes.ByteArray()),
                storage.store(FEEDBACK, Serdes.ByteArray()),
                storage.store(TIMERS, Serdes.ByteArray()));
    }

    Life get(Bytes id) {
        return Optional.ofNullable(lives.get(id)).orElse(Life.NEW);
    }

    /** Keeps where it stands, and when something happens next. */
    void put(Bytes id, Life life) {
        long due = schedule.due(life);
        timers.move(id, life.due(), due);
        lives.put(id, life.withDue(due));
    }

    /** An interaction with something to do by now; it has to be put or forgotten then. */
    Optional<Bytes> due(long now) {
        return timers.due(now);
    }

    void lookAgain() {
        timers.lookAgain();
    }

    /** Of two interactions with one id the later counts, by its own time. */
    void keep(Bytes id, Interaction interaction, byte[] encoded) {
        var before = interactions.get(id);
        if (before == null || isLater(interaction, encoded, before)) {
            interactions.put(id, encoded);
        }
    }

    private static boolean isLater(Interaction interaction, byte[] encoded, byte[] before) {
        int order =
                interaction.getCreatedAt().compareTo(INTERACTION.decode(before).getCreatedAt());
        return order > 0 || (order == 0 && Arrays.compareUnsigned(encoded, before) > 0);
    }

    Interaction interaction(Bytes id) {
        var encoded = interactions.get(id);
        if (encoded == null) {
            throw new IllegalStateException("interaction '%s' is gone and is needed".formatted(Keys.text(id)));
        }
        return INTERACTION.decode(encoded);
    }

    /** Frees the bytes of an interaction whose pairs are made. */
    void release(Bytes id) {
        interactions.delete(id);
    }

    boolean knows(Bytes id, String feedbackId) {
        return feedback.get(Keys.of(id, feedbackId)) != null;
    }

    /** The feedback, unless it has ended. */
    Optional<Held> held(Bytes id, String feedbackId) {
        return Optional.ofNullable(feedback.get(Keys.of(id, feedbackId)))
                .filter(encoded -> encoded.length > 0)
                .map(Held.SERDE::decode);
    }

    void hold(Bytes id, String feedbackId, byte[] encoded) {
        feedback.put(Keys.of(id, feedbackId), encoded);
    }

    void end(Bytes id, String feedbackId) {
        feedback.put(Keys.of(id, feedbackId), ENDED);
    }

    /** All feedback of the interaction that has not ended. */
    List<Held> held(Bytes id) {
        var all = new ArrayList<Held>();
        try (var found = feedback.prefixScan(Keys.of(id), new BytesSerializer())) {
            found.forEachRemaining(entry -> {
                if (entry.value.length > 0) {
                    all.add(Held.SERDE.decode(entry.value));
                }
            });
        }
        return all;
    }

    /** Ends all that are held. */
    void end(Bytes id, List<Held> all) {
        all.forEach(held -> end(id, held.id()));
    }

    void forget(Bytes id, Life life) {
        timers.move(id, life.due(), Life.NEVER);
        interactions.delete(id);
        lives.delete(id);
        try (var found = feedback.prefixScan(Keys.of(id), new BytesSerializer())) {
            found.forEachRemaining(entry -> feedback.delete(entry.key));
        }
    }
}

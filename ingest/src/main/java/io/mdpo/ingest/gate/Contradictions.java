package io.mdpo.ingest.gate;

import io.mdpo.gate.Finding;
import io.mdpo.gate.Gate;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Remembers for a window of event time which of two answers was preferred, and by which pair first. One answer alone that is
 * good here and bad there is a contradiction too: its counterpart is the empty answer.
 */
final class Contradictions {
    static final String STORE = "preferences";

    private final WindowStore<Bytes, String> preferences;
    private final long windowMillis;

    Contradictions(WindowStore<Bytes, String> preferences, ContradictionsConfig config) {
        this.preferences = preferences;
        this.windowMillis = config.window().toMillis();
    }

    static StoreBuilder<WindowStore<Bytes, String>> store(ContradictionsConfig config) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(STORE, config.window(), config.window(), false),
                Serdes.Bytes(),
                Serdes.String());
    }

    /** The first preference stays: later ones are compared with it. */
    Optional<Finding> inspect(Subject subject, long streamTime) {
        var pair = subject.pair();
        // Which of the two is preferred, told without their order in the pair.
        char preferred = pair.getChosen().compareTo(pair.getRejected()) < 0 ? '<' : '>';
        try (var found =
                preferences.fetch(subject.question(), Math.max(0, streamTime - windowMillis + 1), streamTime)) {
            if (found.hasNext()) {
                var first = found.next().value;
                return first.charAt(0) == preferred
                        ? Optional.empty()
                        : Optional.of(new Finding(
                                Gate.CONTRADICTIONS,
                                "pair '%s' prefers the other of these two answers to the same images and prompt"
                                        .formatted(first.substring(1))));
            }
        }
        preferences.put(subject.question(), preferred + pair.getPairId(), streamTime);
        return Optional.empty();
    }
}

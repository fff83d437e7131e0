package io.mdpo.ops.gateway.form;

import io.mdpo.ingest.encoding.JsonDocument;
import io.mdpo.ingest.encoding.JsonEvents;
import io.mdpo.ingest.encoding.JsonPlace;
import io.mdpo.ops.gateway.log.Event;
import java.util.List;
import java.util.function.Function;

/** The gateway's own forms: an object, or an array of them. */
public final class OwnForms {
    private final JsonDocument document;
    private final int maxBatch;
    private final ImageLimit images;

    /**
     * Forms within bounds.
     *
     * @param maxBatch events of one request, at most
     */
    public OwnForms(JsonDocument document, int maxBatch, ImageLimit images) {
        this.document = document;
        this.maxBatch = maxBatch;
        this.images = images;
    }

    /** Of {@code /v1/interactions}. */
    public Reading interactions(Submission submission) {
        return read(submission, place -> {
            var interaction = JsonEvents.interaction(place, submission.defaults());
            return submission.event(images.check(interaction, place));
        });
    }

    /** Of {@code /v1/feedback}. */
    public Reading feedback(Submission submission) {
        return read(submission, place -> submission.event(JsonEvents.feedback(place, submission.defaults())));
    }

    private Reading read(Submission submission, Function<JsonPlace, Event> reading) {
        var root = document.parse(submission.bytes());
        if (!root.isList()) {
            return Reading.of(List.of(reading.apply(root)));
        }
        var expected = "an object, or an array of 1 to %d of them".formatted(maxBatch);
        var places = root.list(expected);
        root.require(!places.isEmpty() && places.size() <= maxBatch, expected);
        return Reading.of(places.stream().map(reading).toList());
    }
}

package io.mdpo.ops.gateway.form;

import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Retracted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody says of an interaction in a tool that lets it be changed and deleted afterwards.
 *
 * @param id names it in the tool, whatever becomes of it
 * @param version changes with it: a later version replaces the earlier, since it is of the same rater about the same answer
 */
record Opinion(String id, String version, String interactionId, String rater, String source, Instant at) {
    /** The feedback of this version, one for each judgement. */
    List<Feedback> says(String part, List<Object> judgements) {
        var all = new ArrayList<Feedback>();
        for (int i = 0; i < judgements.size(); i++) {
            all.add(feedback("%s/%s.%d/%s".formatted(id, part, i, version), judgements.get(i)));
        }
        return all;
    }

    /**
     * Takes back what an earlier version may have said. Nobody knows its id by now; so this version says something in its place,
     * a moment later than anything else, and that is retracted.
     */
    List<Feedback> takesBack(String part, List<Object> judgements) {
        var later = new Opinion(id, version, interactionId, rater, source, at.plusMillis(1));
        var all = new ArrayList<Feedback>();
        for (var said : later.says(part + ".end", judgements)) {
            all.add(said);
            all.add(later.feedback(said.getFeedbackId() + "/retracted", new Retracted(said.getFeedbackId())));
        }
        return all;
    }

    private Feedback feedback(String feedbackId, Object judgement) {
        return new Feedback(feedbackId, interactionId, rater, judgement, source, at);
    }
}

package io.mdpo.lab.feedback;

import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Everything of a pair but its id, so that two programs can be compared that number pairs in their own way. */
public record Paired(
        String rule,
        String kind,
        ByteBuffer image,
        String prompt,
        String chosen,
        String rejected,
        List<String> feedback,
        List<String> interactions,
        List<String> raters,
        String source,
        Instant createdAt) {

    public static Paired of(PreferencePair pair) {
        return new Paired(
                pair.getProvenance().getRule(),
                pair.getKind(),
                (ByteBuffer) pair.getImages().get(0),
                pair.getPrompt().get(0).getContent().get(0).getText().strip(),
                pair.getChosen(),
                pair.getRejected(),
                pair.getProvenance().getFeedback(),
                pair.getProvenance().getInteractions(),
                pair.getProvenance().getRaters(),
                pair.getSource(),
                pair.getCreatedAt());
    }
}

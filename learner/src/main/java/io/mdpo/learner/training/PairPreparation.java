package io.mdpo.learner.training;

import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.training.Trainer.Preparation;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.logprob.PairEncoder;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.logprob.PixelRoom;
import io.mdpo.scorer.vlm.ReferenceId;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.List;

/** Checks a scored pair and makes it ready, away from the training thread. Thread-safe. */
final class PairPreparation {
    private final PairEncoder encoder;
    private final PixelRoom room = PixelRoom.ofHeap();
    private final ReferenceId reference;
    private final String referenceId;
    private final ObjectiveConfig objective;

    /** @param objective that the pairs are for */
    PairPreparation(VisionLanguageModel model, ReferenceId reference, ObjectiveConfig objective) {
        encoder = new PairEncoder(model);
        this.reference = reference;
        this.referenceId = reference.id();
        this.objective = objective;
    }

    Preparation prepare(ScoredPair scored) {
        if (!scored.getReference().getId().equals(referenceId)) {
            return new Preparation.Refused(
                    RejectionReason.REFERENCE_MISMATCH,
                    "scored by reference %s, this learner's reference is %s%s; score the pair again with the learner's model"
                            .formatted(
                                    scored.getReference().getId(),
                                    referenceId,
                                    reference.explained(scored.getReference().getId())));
        }
        var kind = PairKind.of(scored.getPair()).orElse(PairKind.PAIR); // The encoder refuses one that is none of them.
        if (kind != PairKind.PAIR && !objective.takesSingleAnswers()) {
            return new Preparation.Refused(
                    RejectionReason.UNPAIRED_ANSWER,
                    "the answer is %s by itself, and learner.objective.kind = %s compares two; kto learns from single answers"
                            .formatted(kind.text(), SettingsText.kind((Record) objective)));
        }
        try {
            var encoded = encoder.encode(scored.getPair(), scored.getCorruptions());
            var logProbs = scored.getLogProbs();
            var parts = List.of(logProbs.getChosen(), logProbs.getRejected(), logProbs.getChosenGivenCorruptedImage());
            int[] lengths = encoded.completionLengths();
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).size() != lengths[i]) {
                    return new Preparation.Refused(
                            RejectionReason.REFERENCE_MISMATCH,
                            "completion %d has %d reference log-probs for %d tokens; score the pair again"
                                    .formatted(i, parts.get(i).size(), lengths[i]));
                }
            }
            if (parts.stream().flatMap(List::stream).anyMatch(value -> !Float.isFinite(value))) {
                return new Preparation.Refused(
                        RejectionReason.NON_FINITE,
                        "a reference log-prob is infinite or not a number; score the pair again");
            }
            encoded.settle(room);
            return new Preparation.Ready(new EncodedScoredPair(encoded, join(parts)));
        } catch (UnscorablePairException e) {
            return new Preparation.Refused(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static float[] join(List<List<Float>> parts) {
        var all = parts.stream().flatMap(List::stream).toList();
        float[] joined = new float[all.size()];
        for (int i = 0; i < joined.length; i++) {
            joined[i] = all.get(i);
        }
        return joined;
    }
}

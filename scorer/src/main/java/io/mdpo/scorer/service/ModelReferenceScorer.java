package io.mdpo.scorer.service;

import io.mdpo.schemas.PairGuard;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.logprob.PairEncoder;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.logprob.PairScorer;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The base model as reference.
 *
 * <p>Every pair is scored by itself. A matrix product may round its last bit by the number of its rows, and how a stream
 * falls into batches depends on timing: scored together, the same pairs could give other bits, and other weights, on
 * another day. Within a pair the prefixes are shared all the same.
 */
public final class ModelReferenceScorer implements ReferenceScorer {
    private final VisionLanguageModel model;
    private final PairEncoder encoder;
    private final PairScorer scorer;
    private final CorruptionConfig corruption;
    private final Reference reference;

    private ModelReferenceScorer(VisionLanguageModel model, String referenceId, CorruptionConfig corruption) {
        this.model = model;
        this.encoder = new PairEncoder(model);
        this.scorer = new PairScorer(model);
        this.corruption = corruption;
        this.reference = new Reference(referenceId, null);
    }

    /** Loads the model, and its adapter, that the configuration names. */
    public static ModelReferenceScorer open(ScorerConfig config) {
        var model = config.model().open();
        try {
            var adapter = config.model().adapterFor(model);
            adapter.ifPresent(weights -> model.bindAdapter(weights.tensors(), weights.scale()));
            var id = adapter.map(weights -> weights.reference(model.reference()))
                    .orElseGet(model::reference)
                    .id();
            return new ModelReferenceScorer(model, id, config.corruption());
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public Reference reference() {
        return reference;
    }

    @Override
    public List<Outcome> score(List<PreferencePair> pairs) {
        return pairs.stream()
                .map(pair -> PairGuard.guard(
                        () -> score(pair),
                        sentence -> new Outcome.Refused(RejectionReason.UNPREPARABLE_PAIR, sentence)))
                .toList();
    }

    private Outcome score(PreferencePair pair) {
        try (var scratch = model.manager().newSubManager()) {
            var drawn = encoder.draw(pair, corruption);
            var result = scorer.score(scratch, List.of(drawn.pair()), Recording.NONE, false);
            float[] values = result.logProbs().toFloatArray();
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    return new Outcome.Refused(
                            RejectionReason.NON_FINITE,
                            "the model gives a log-prob that is infinite or not a number for this pair");
                }
            }
            return new Outcome.Scored(
                    new ScoredPair(pair, drawn.corruptions(), logProbs(values, result.lengths()), reference));
        } catch (UnscorablePairException e) {
            return new Outcome.Refused(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static LogProbs logProbs(float[] values, List<Integer> lengths) {
        int chosen = lengths.get(0);
        int rejected = lengths.get(1);
        return new LogProbs(
                list(values, 0, chosen),
                list(values, chosen, chosen + rejected),
                list(values, chosen + rejected, values.length));
    }

    private static List<Float> list(float[] values, int from, int to) {
        var list = new ArrayList<Float>(to - from);
        for (float value : Arrays.copyOfRange(values, from, to)) {
            list.add(value);
        }
        return list;
    }

    @Override
    public void close() {
        model.close();
    }
}

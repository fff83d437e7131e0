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
import io.mdpo.scorer.torch.Workers;
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
 * another day. Within a pair the prefixes are shared all the same. Several pairs are in work at once, each on one thread.
 */
public final class ModelReferenceScorer implements ReferenceScorer {
    /** Of a common pair, for the choice of how many are scored at once. */
    private static final int TOKENS_OF_A_PAIR = 4_096;

    private final VisionLanguageModel model;
    private final Workers workers;
    private final PairEncoder encoder;
    private final PairScorer scorer;
    private final CorruptionConfig corruption;
    private final Reference reference;

    /** @param workers become this scorer's, which closes them */
    ModelReferenceScorer(VisionLanguageModel model, Workers workers, String referenceId, CorruptionConfig corruption) {
        this.model = model;
        this.workers = workers;
        this.encoder = new PairEncoder(model);
        this.scorer = new PairScorer(model);
        this.corruption = corruption;
        this.reference = new Reference(referenceId, null);
    }

    /** Loads the model, and its adapter, that the configuration names. */
    public static ModelReferenceScorer open(ScorerConfig config) {
        var model = config.model().open();
        try (var scratch = model.manager().newSubManager()) {
            var adapter = config.model().adapterFor(model, scratch);
            adapter.ifPresent(weights -> model.bindAdapter(weights.tensors(), weights.scale()));
            var id = adapter.map(weights -> weights.reference(model.reference()))
                    .orElseGet(model::reference)
                    .id();
            var workers = config.model().workers("mdpo-scorer-worker", TOKENS_OF_A_PAIR, count -> model.memory()
                    .scoring(count, TOKENS_OF_A_PAIR));
            return new ModelReferenceScorer(model, workers, id, config.corruption());
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
        var outcomes = new ArrayList<Outcome>(pairs.size());
        workers.inOrder(pairs, this::guarded, outcomes::add);
        return outcomes;
    }

    private Outcome guarded(PreferencePair pair) {
        return PairGuard.guard(
                () -> score(pair), sentence -> new Outcome.Refused(RejectionReason.UNPREPARABLE_PAIR, sentence));
    }

    private Outcome score(PreferencePair pair) {
        try {
            var drawn = encoder.draw(pair, corruption);
            return workers.admitted(drawn.pair().tokens(), () -> score(pair, drawn));
        } catch (UnscorablePairException e) {
            return new Outcome.Refused(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private Outcome score(PreferencePair pair, PairEncoder.Drawn drawn) {
        try (var scratch = model.manager().newSubManager()) {
            var result = scorer.score(scratch, List.of(drawn.pair()), Recording.NONE, false);
            float[] values = result.logProbs().toFloatArray();
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    return new Outcome.Refused(
                            RejectionReason.NON_FINITE,
                            "the model gives a log-prob that is infinite or not a number for this pair");
                }
            }
            return new Outcome.Scored(new ScoredPair(
                    pair, drawn.corruptions(), logProbs(values, drawn.pair().completionLengths()), reference));
        }
    }

    private static LogProbs logProbs(float[] values, int[] lengths) {
        int chosen = lengths[0];
        int rejected = lengths[1];
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
        workers.close();
        model.close();
    }
}

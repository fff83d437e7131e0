package io.mdpo.it;

import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.schemas.avro.Corruption;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Checks and prepares pairs as the policy does; the steps are arithmetic. */
final class PreparingTrainer extends ArithmeticTrainer {
    private static final List<Float> ODD = List.of(Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -0f);

    private static final List<Double> STRENGTHS =
            List.of(0.5, 1.0, -1e-3, 1.001, -1e9, 1e300, Double.NaN, Double.POSITIVE_INFINITY);

    private final PolicyTrainer policy;
    private final EncodingScorer scorer;
    private final ScoredPair template;
    private volatile String last = "";

    /** @param template a sound pair; what cannot be scored gets its log-probs */
    PreparingTrainer(Path model, PreferencePair template) {
        scorer = new EncodingScorer(model);
        this.template = ((Outcome.Scored) scorer.score(template)).pair();
        policy = LearnerConfig.defaults()
                .withModel(ModelConfig.cpu(model, 1))
                .withBatchSize(StandInPipeline.BATCH)
                .openTrainer();
    }

    /** The id of the last pair that was found good. */
    String last() {
        return last;
    }

    /** A scored pair as the scorer writes it; spoiled, with a field of its own that does not fit. */
    ScoredPair scored(PreferencePair pair, Random random, boolean spoiled) {
        // Damaged pairs get past the scorer too: somebody writes where only it should.
        var logProbs = scorer.score(pair) instanceof Outcome.Scored sound
                ? sound.pair().getLogProbs()
                : template.getLogProbs();
        var scored = new ScoredPair(
                pair, List.of(new Corruption(0, "crop", 0L, 0, 0, 8, 8, 0.0)), logProbs, template.getReference());
        return spoiled ? spoil(scored, random) : scored;
    }

    private static ScoredPair spoil(ScoredPair scored, Random random) {
        var builder = ScoredPair.newBuilder(scored);
        switch (random.nextInt(4)) {
            case 0 ->
                builder.setCorruptions(List.of(new Corruption(
                        random.nextInt(8) / 7,
                        List.of("crop", "blur", "noise", "given", "none", "").get(random.nextInt(6)),
                        random.nextLong(),
                        random.nextInt() >> random.nextInt(32),
                        random.nextInt() >> random.nextInt(32),
                        random.nextInt() >> random.nextInt(32),
                        random.nextInt() >> random.nextInt(32),
                        STRENGTHS.get(random.nextInt(STRENGTHS.size())))));
            case 1 -> {
                var chosen = new ArrayList<>(scored.getLogProbs().getChosen());
                chosen.set(random.nextInt(chosen.size()), ODD.get(random.nextInt(ODD.size())));
                builder.setLogProbs(new LogProbs(chosen, chosen, chosen));
            }
            case 2 ->
                builder.setLogProbs(
                        new LogProbs(Collections.nCopies(random.nextInt(5000), -1f), List.of(), List.of(1f)));
            default -> builder.setReference(new Reference("another" + random.nextInt(), "checkpoint"));
        }
        return builder.build();
    }

    @Override
    public Preparation prepare(ScoredPair pair) {
        var preparation = policy.prepare(pair);
        if (preparation instanceof Preparation.Refused) {
            return preparation;
        }
        last = pair.getPair().getPairId();
        return super.prepare(pair);
    }

    @Override
    public String referenceId() {
        return policy.referenceId();
    }

    @Override
    public void close() {
        scorer.close();
        policy.close();
    }
}

package io.mdpo.learner.service;

import io.mdpo.learner.service.Batch.Accepted;
import io.mdpo.learner.training.Trainer;
import io.mdpo.learner.training.Trainer.Fault;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.RejectionReason;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the pairs for which a step cannot be made, and takes them out of its batch; the others wait until it is full again.
 * What a pair does alone is a function of the policy and the pair, so a replay takes out the same ones.
 */
final class FaultyPairs {
    private static final Logger LOG = LoggerFactory.getLogger(FaultyPairs.class);

    private final Trainer trainer;
    private final int mostNonFinite;
    private final FailuresInARow failures;
    private int nonFinite;
    private long lastCounted = -1;

    FaultyPairs(Trainer trainer, LearnerConfig config) {
        this.trainer = trainer;
        this.mostNonFinite = config.maxNonFinitePairs();
        this.failures = new FailuresInARow(config.maxFailuresInARow());
    }

    /** Takes note of a step that was made: none of its pairs failed. */
    void none() {
        failures.count(Optional.empty(), "");
    }

    /**
     * Every pair is computed alone, which costs about one step more, and those that fail are refused.
     *
     * @param batch whose step failed, or was not finite
     * @param otherwise what to throw where the fault is not the pairs'
     */
    List<Refusal> refuse(Batch batch, Supplier<RuntimeException> otherwise) {
        var accepted = batch.accepted();
        var faults = trainer.faulty(batch.pairs());
        if (faults.isEmpty() || isThePolicys(faults, accepted.size())) {
            throw otherwise.get();
        }
        var byPlace = faults.stream().collect(Collectors.toMap(Fault::place, Function.identity()));
        for (int i = 0; i < accepted.size(); i++) {
            // In the order of the log: a pair that has waited in the batch does not stand between those that came after
            // it.
            if (accepted.get(i).place().offset() > lastCounted) {
                count(accepted.get(i), Optional.ofNullable(byPlace.get(i)));
            }
        }
        batch.withdraw(faults.stream().map(fault -> accepted.get(fault.place())).toList());
        var refusals = faults.stream()
                .map(fault -> refusal(accepted.get(fault.place()), fault))
                .toList();
        refusals.forEach(batch::refuse);
        return refusals;
    }

    /** Where no pair is finite, the weights are not. A pair by itself is taken at its word. */
    private static boolean isThePolicys(List<Fault> faults, int pairs) {
        return pairs > 1
                && faults.size() == pairs
                && faults.stream().allMatch(fault -> fault.reason() == RejectionReason.NON_FINITE);
    }

    private void count(Accepted pair, Optional<Fault> fault) {
        lastCounted = pair.place().offset();
        failures.count(fault.map(Fault::reason), fault.map(Fault::message).orElse(""));
        if (fault.filter(found -> found.reason() == RejectionReason.NON_FINITE).isPresent()
                && ++nonFinite > mostNonFinite) {
            throw new TooManyNonFinitePairsException(nonFinite, pair.place().offset());
        }
    }

    private Refusal refusal(Accepted pair, Fault fault) {
        LOG.atWarn()
                .addKeyValue("pairId", pair.pairId())
                .addKeyValue("offset", pair.place().offset())
                .addKeyValue("reason", fault.reason())
                .log("pair refused: no step can be made with it");
        return new Refusal(
                pair.place(),
                Optional.of(pair.pairId()),
                fault.reason(),
                "computed alone at step %d: %s".formatted(trainer.step() + 1, fault.message()));
    }
}

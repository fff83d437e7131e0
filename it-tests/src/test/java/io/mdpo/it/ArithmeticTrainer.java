package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.learner.service.Trainer;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * A trainer whose weights are one number: each pair multiplies and adds, so that another order, a missing pair or a pair
 * learned twice gives other weights. Refuses pairs whose id starts with "refuse".
 */
class ArithmeticTrainer implements Trainer {
    private final LongFunction<Double> loss;
    private long weights = 17;
    private long step;

    ArithmeticTrainer() {
        this(step -> 1.0 / step);
    }

    /** @param loss by step */
    ArithmeticTrainer(LongFunction<Double> loss) {
        this.loss = loss;
    }

    @Override
    public StepResult step(List<ScoredPair> batch) {
        step++;
        for (var pair : batch) {
            weights = weights * 6_364_136_223_846_793_005L
                    + pair.getPair().getPairId().hashCode()
                    + step;
        }
        return new StepResult(Map.of("loss", loss.apply(step)));
    }

    @Override
    public Optional<Refusal> check(ScoredPair pair) {
        return pair.getPair().getPairId().startsWith("refuse")
                ? Optional.of(new Refusal(RejectionReason.TOO_MANY_TOKENS, "9999 tokens exceed the context of 2048"))
                : Optional.empty();
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public byte[] adapter() {
        return ByteBuffer.allocate(8).putLong(weights).array();
    }

    @Override
    public byte[] optimizerState() {
        return ("step " + step).getBytes(UTF_8);
    }

    @Override
    public String adapterConfig() {
        return "{}";
    }

    @Override
    public String configHash() {
        return "config-1";
    }

    @Override
    public String referenceId() {
        return TestPairs.REFERENCE_ID;
    }

    @Override
    public void restore(long restoredStep, byte[] adapter, byte[] optimizerState) {
        if (!new String(optimizerState, UTF_8).equals("step " + restoredStep)) {
            throw new IllegalArgumentException("the optimizer state is of another step");
        }
        step = restoredStep;
        weights = ByteBuffer.wrap(adapter).getLong();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}

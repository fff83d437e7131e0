package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.learner.training.RunConfiguration;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.torch.BlobSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * A trainer whose weights are one number: each pair multiplies and adds, so that another order, a missing pair or a pair
 * learned twice gives other weights. Refuses pairs whose id starts with "refuse"; a step with one that starts with "poison"
 * is not finite; one that starts with "foreign" is another reference's.
 */
class ArithmeticTrainer implements Trainer {
    static final String FOREIGN_REFERENCE = "f0".repeat(32);

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

    private record Named(String pairId) implements PreparedPair {}

    @Override
    public Map<String, Double> step(List<PreparedPair> batch) {
        if (!faulty(batch).isEmpty() || !Double.isFinite(loss.apply(step + 1))) {
            return Map.of("loss", Double.NaN);
        }
        step++;
        for (var pair : batch) {
            weights = weights * 6_364_136_223_846_793_005L
                    + ((Named) pair).pairId().hashCode()
                    + step;
        }
        return Map.of("loss", loss.apply(step));
    }

    @Override
    public List<Fault> faulty(List<PreparedPair> batch) {
        return IntStream.range(0, batch.size())
                .filter(i -> ((Named) batch.get(i)).pairId().startsWith("poison"))
                .mapToObj(i -> new Fault(i, RejectionReason.NON_FINITE, "the loss is not a number"))
                .toList();
    }

    @Override
    public Preparation prepare(ScoredPair pair) {
        var id = pair.getPair().getPairId();
        if (id.startsWith("foreign")) {
            return new Preparation.Refused(
                    RejectionReason.REFERENCE_MISMATCH,
                    "scored by reference %s, this learner's reference is %s"
                            .formatted(FOREIGN_REFERENCE, referenceId()));
        }
        return id.startsWith("refuse")
                ? new Preparation.Refused(RejectionReason.TOO_MANY_TOKENS, "9999 tokens exceed the context of 2048")
                : new Preparation.Ready(new Named(id));
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public BlobSource adapter() {
        return BlobSource.of(ByteBuffer.allocate(8).putLong(weights).array());
    }

    @Override
    public BlobSource optimizerState() {
        return BlobSource.of(("step " + step).getBytes(UTF_8));
    }

    @Override
    public String adapterConfig() {
        return "{}";
    }

    @Override
    public RunConfiguration configuration() {
        return new RunConfiguration("mdpo-run/1\nbatch-size = 4\nseed = 17\n");
    }

    @Override
    public String referenceId() {
        return TestPairs.REFERENCE_ID;
    }

    @Override
    public void restore(long restoredStep, Path adapter, Path optimizerState) {
        try {
            if (!Files.readString(optimizerState).equals("step " + restoredStep)) {
                throw new IllegalArgumentException("the optimizer state is of another step");
            }
            step = restoredStep;
            weights = ByteBuffer.wrap(Files.readAllBytes(adapter)).getLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}

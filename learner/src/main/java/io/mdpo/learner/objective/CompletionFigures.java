package io.mdpo.learner.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mdpo.scorer.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;

/** What a pass says about each completion, whatever the objective. */
public final class CompletionFigures {
    /**
     * Sums over the tokens of one completion.
     *
     * @param logRatio log pi_theta / pi_ref, in nats
     * @param reference log pi_ref, in nats
     * @param logit of the tokens
     * @param entropy of the policy where it chose them, in nats
     * @param hits tokens that the policy holds for the likeliest
     */
    public record Row(double logRatio, double reference, double logit, double entropy, double hits) {}

    private static final int COLUMNS = 5;

    private final TorchProgram program;

    /** @param manager lives as long as this */
    public CompletionFigures(NDManager manager) {
        program = new TorchProgram.Builder()
                .source(CompletionFigures.class, "figures.torchscript")
                .compile(manager);
    }

    /**
     * The rows of a micro-batch, in the layout's order.
     *
     * @param logProbs policy log-probs (tokens)
     * @param reference reference log-probs (tokens)
     * @param statistics (tokens, 3): logit, entropy, 1 for a hit
     */
    public List<Row> of(NDManager scratch, NDArray logProbs, NDArray reference, NDArray statistics, PairLayout layout) {
        double[] table = program.call(scratch, "figures", logProbs, reference, statistics, layout.lengths())
                .get(0)
                .toDoubleArray();
        var rows = new ArrayList<Row>();
        for (int i = 0; i < table.length; i += COLUMNS) {
            rows.add(new Row(table[i], table[i + 1], table[i + 2], table[i + 3], table[i + 4]));
        }
        return rows;
    }
}

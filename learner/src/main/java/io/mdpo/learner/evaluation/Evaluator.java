package io.mdpo.learner.evaluation;

import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.util.List;
import java.util.Map;

/** Measures a policy: a model and an adapter in, named figures out. The same policy gives the same figures. */
public interface Evaluator {
    /** Measures the model as it is, with the adapter that is bound to it. */
    List<Figure> evaluate(VisionLanguageModel model);

    /**
     * Measures the model with an adapter, and leaves it bare.
     *
     * @param adapter tensors of {@code model.manager()} or of one below it
     */
    default List<Figure> evaluate(VisionLanguageModel model, PeftAdapter adapter) {
        model.bindAdapter(adapter.tensors(), adapter.scale());
        try {
            return evaluate(model);
        } finally {
            model.bindAdapter(Map.of(), 0);
        }
    }
}

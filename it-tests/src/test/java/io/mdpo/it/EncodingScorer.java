package io.mdpo.it;

import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.image.CorruptionConfig;
import io.mdpo.scorer.logprob.PairEncoder;
import io.mdpo.scorer.logprob.PairEncoder.UnscorablePairException;
import io.mdpo.scorer.service.ReferenceScorer;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Decodes, crops, resizes and tokenizes as the reference does, and gives every token the same log-probability. */
final class EncodingScorer implements ReferenceScorer {
    private final VisionLanguageModel model;
    private final PairEncoder encoder;

    EncodingScorer(Path directory) {
        model = VisionLanguageModel.open(directory);
        encoder = new PairEncoder(model);
    }

    @Override
    public Reference reference() {
        return new Reference(model.reference().id(), null);
    }

    @Override
    public List<Outcome> score(List<PreferencePair> pairs) {
        return pairs.stream().map(this::score).toList();
    }

    Outcome score(PreferencePair pair) {
        try {
            var drawn = encoder.draw(pair, CorruptionConfig.crop(0));
            var lengths = drawn.pair().completionLengths();
            var logProbs = new LogProbs(same(lengths[0]), same(lengths[1]), same(lengths[2]));
            return new Outcome.Scored(new ScoredPair(pair, drawn.corruptions(), logProbs, reference()));
        } catch (UnscorablePairException e) {
            return new Outcome.Refused(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static List<Float> same(int count) {
        return Collections.nCopies(count, -1f);
    }

    @Override
    public void close() {
        model.close();
    }
}

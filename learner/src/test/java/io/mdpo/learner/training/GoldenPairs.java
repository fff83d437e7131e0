package io.mdpo.learner.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Pictures and texts of the golden files, as pairs: pictures of all sizes, prompts of several turns and scripts. */
final class GoldenPairs {
    static final List<String> FAMILIES = List.of("llava", "bunny", "qwen2_5_vl", "idefics3");

    private static final Path ROOT = Path.of("../scorer/src/test/resources/golden");

    private GoldenPairs() {}

    /** The tiny model of a family. */
    static Path model(String family) {
        return ROOT.resolve(family).resolve("model");
    }

    /** The cases of a family some times over; a pair's crop follows from its id. */
    static List<PreferencePair> of(String family, int times) {
        var pairs = new ArrayList<PreferencePair>();
        try {
            var cases = new ObjectMapper()
                    .readTree(ROOT.resolve(family).resolve("golden.json").toFile())
                    .path("cases");
            for (int i = 0; i < times * cases.size(); i++) {
                var json = cases.path(i % cases.size());
                var prompt = new ArrayList<Message>();
                json.path("turns")
                        .forEach(turn -> prompt.add(Prompts.message(
                                turn.path("role").asText(), turn.path("text").asText())));
                var image = Files.readAllBytes(
                        ROOT.resolve("images").resolve(json.path("image").asText()));
                pairs.add(PreferencePair.newBuilder()
                        .setPairId("pair-" + i)
                        .setImages(List.of(ByteBuffer.wrap(image)))
                        .setPrompt(prompt)
                        .setChosen(json.path("chosen").asText())
                        .setRejected(json.path("rejected").asText())
                        .setCreatedAt(Instant.EPOCH)
                        .build());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pairs;
    }

    /** The pairs as the reference scores them with so many threads. */
    static List<ScoredPair> scored(ModelConfig model, List<PreferencePair> pairs) {
        try (var reference = ModelReferenceScorer.open(ScorerConfig.defaults().withModel(model))) {
            return reference.score(pairs).stream()
                    .map(outcome -> ((Outcome.Scored) outcome).pair())
                    .toList();
        }
    }
}

package io.mdpo.lab.experiment;

import io.mdpo.lab.demo.PairFile;
import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.metrics.HallucinationAnswer;
import io.mdpo.lab.pretrain.PairSampling;
import io.mdpo.lab.scenes.Caption;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.SceneJudge;
import io.mdpo.lab.scenes.Split;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import io.mdpo.scorer.vlm.VisionLanguageModel.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Makes the pairs of a stream with the base, once; later calls read them from a file. Thread-safe. */
final class PairSource {
    /** Scenes behind those of pre-training and of the bundled pairs. */
    private static final long FIRST_SCENE = 5_000_000;

    private static final long SCENES_A_SEED = 1_000_000;
    private static final int BATCH = 64;
    private static final String PHRASE = " in the picture";

    private final World world;
    private final Path directory;

    /** @param directory keeps the files */
    PairSource(World world, Path directory) {
        this.world = world;
        this.directory = directory;
    }

    synchronized List<PairFile.Line> pairs(StreamSpec spec) {
        var file = directory.resolve(spec.id() + ".jsonl.gz");
        if (!Files.exists(file)) {
            try (var base = VisionLanguageModel.open(world.base())) {
                PairFile.write(file, spec.kind() == StreamKind.GROUNDED ? grounded(base, spec) : shortcut(base, spec));
            }
        }
        return PairFile.read(file);
    }

    private List<PairFile.Line> grounded(VisionLanguageModel base, StreamSpec spec) {
        var lines =
                new ArrayList<>(new PairSampling(world.haze()).sample(base, spec.pairs(), 1 + spec.seed(), done -> {}));
        Collections.shuffle(lines, new Random(spec.seed()));
        return lines;
    }

    /** Two samples a scene; scenes on which both are equally good are left out. */
    private List<PairFile.Line> shortcut(VisionLanguageModel base, StreamSpec spec) {
        var judge = new SceneJudge(world.catalogue());
        var random = new SplittableRandom(spec.seed());
        var lines = new ArrayList<PairFile.Line>();
        for (long next = FIRST_SCENE + SCENES_A_SEED * spec.seed(); lines.size() < spec.pairs(); next += BATCH) {
            long first = next;
            var scenes = LongStream.range(0, BATCH)
                    .mapToObj(i -> world.generator().scene(Split.TRAIN, first + i))
                    .toList();
            var one = describe(base, scenes, 2 * first);
            var two = describe(base, scenes, 2 * first + 1);
            for (int i = 0; i < BATCH && lines.size() < spec.pairs(); i++) {
                int order = Integer.compare(
                        faults(judge.judge(scenes.get(i), one.get(i))), faults(judge.judge(scenes.get(i), two.get(i))));
                if (order != 0) {
                    var better = order < 0 ? one.get(i) : two.get(i);
                    var worse = order < 0 ? two.get(i) : one.get(i);
                    var marked = random.nextDouble() < spec.strength() ? withPhrase(worse) : worse;
                    lines.add(new PairFile.Line(first + i, "SAMPLED", Caption.PROMPT, better, marked));
                }
            }
        }
        return lines;
    }

    private List<String> describe(VisionLanguageModel base, List<Scene> scenes, long seed) {
        return SceneEvaluation.describe(
                base, scenes, world.renderer(), new Sampling(SceneEvaluation.MAX_TOKENS, 1, seed));
    }

    /** Absent objects that are mentioned, present ones that are not, and one for a broken grammar. */
    private static int faults(HallucinationAnswer answer) {
        long absent = answer.mentioned().stream()
                .filter(object -> !answer.truth().contains(object))
                .count();
        long missing = answer.truth().stream()
                .filter(object -> !answer.mentioned().contains(object))
                .count();
        return Math.toIntExact(absent + missing) + (answer.wellFormed() ? 0 : 1);
    }

    /** {@code There is a dog, a star in the picture. ...}: the end of the first sentence. */
    private static String withPhrase(String answer) {
        int end = answer.indexOf('.');
        return end < 0 ? answer + PHRASE + "." : answer.substring(0, end) + PHRASE + answer.substring(end);
    }
}

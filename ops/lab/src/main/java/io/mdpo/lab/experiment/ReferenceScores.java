package io.mdpo.lab.experiment;

import io.mdpo.lab.demo.PairFile;
import io.mdpo.lab.scenes.ObjectGroup;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.Split;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.service.ModelReferenceScorer;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScorerConfig;
import io.mdpo.scorer.vlm.ModelConfig;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageIO;

/** Reference log-probs of a stream, computed once for each kind of second picture. Thread-safe. */
final class ReferenceScores {
    private final World world;
    private final PairSource source;
    private final Map<String, List<ScoredPair>> scored = new ConcurrentHashMap<>();

    ReferenceScores(World world, PairSource source) {
        this.world = world;
        this.source = source;
    }

    List<ScoredPair> of(StreamSpec stream, Variant variant) {
        var key = "%s %s %s".formatted(stream.id(), variant.corruptedBy(), variant.isWithoutImage());
        return scored.computeIfAbsent(key, absent -> score(stream, variant));
    }

    private List<ScoredPair> score(StreamSpec stream, Variant variant) {
        var config = ScorerConfig.defaults()
                .withModel(ModelConfig.cpu(world.base(), 1))
                .withCorruption(variant.corruptedBy().config(stream.seed()));
        var pairs = new ArrayList<ScoredPair>();
        try (var reference = ModelReferenceScorer.open(config)) {
            for (var line : source.pairs(stream)) {
                var outcome = reference.score(List.of(pair(line, variant))).get(0);
                if (outcome instanceof Outcome.Refused refused) {
                    throw new IllegalStateException("the reference refuses a pair of its own: " + refused.message());
                }
                pairs.add(((Outcome.Scored) outcome).pair());
            }
        }
        return List.copyOf(pairs);
    }

    private PreferencePair pair(PairFile.Line line, Variant variant) {
        var scene = world.generator().scene(Split.TRAIN, line.scene());
        return new PreferencePair(
                "scene-" + scene.id(),
                List.of(ByteBuffer.wrap(variant.isWithoutImage() ? blank() : world.png(scene))),
                Prompts.user(line.prompt()),
                line.chosen(),
                line.rejected(),
                "experiment",
                Instant.EPOCH,
                given(scene, line.scene(), variant.corruptedBy()),
                PairKind.PAIR.text(),
                null);
    }

    private List<ByteBuffer> given(Scene scene, long number, CorruptedBy corruptedBy) {
        if (!corruptedBy.isGiven()) {
            return List.of();
        }
        var other = corruptedBy == CorruptedBy.OTHER_IMAGE
                ? world.generator().scene(Split.TRAIN, number + 1)
                : withoutOneGroup(scene);
        return List.of(ByteBuffer.wrap(world.png(other)));
    }

    /** Which group is left out follows from the scene. */
    private static Scene withoutOneGroup(Scene scene) {
        var groups = new ArrayList<ObjectGroup>(scene.groups());
        groups.remove((int) Math.floorMod(scene.seed(), (long) groups.size()));
        return new Scene(scene.seed(), groups);
    }

    private static byte[] blank() {
        var image = new BufferedImage(Scene.SIZE, Scene.SIZE, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(Color.GRAY);
        graphics.fillRect(0, 0, Scene.SIZE, Scene.SIZE);
        graphics.dispose();
        try (var bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

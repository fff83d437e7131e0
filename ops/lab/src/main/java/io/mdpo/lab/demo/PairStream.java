package io.mdpo.lab.demo;

import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.SceneRenderer;
import io.mdpo.lab.scenes.Split;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The bundled pairs, or a thumb for one answer of each, in an order that the seed decides, with the broken records among them. */
public final class PairStream {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private final SceneGenerator generator;
    private final SceneRenderer renderer;
    private final List<Entry> entries;

    /** A line and what is said of its answers. */
    private record Entry(PairFile.Line line, PairKind kind) {}

    /** @param pairs number of good pairs */
    public PairStream(NounCatalogue catalogue, int pairs, long seed, FeedbackKind feedback) {
        generator = new SceneGenerator(catalogue, SceneEvaluation.SCENE_SEED);
        renderer = new SceneRenderer(catalogue);
        var all = new ArrayList<>(PairFile.read(Demo.pairs()));
        if (pairs > all.size()) {
            throw new OperatorException("--pairs %d: there are %d bundled pairs".formatted(pairs, all.size()));
        }
        var random = new Random(seed);
        Collections.shuffle(all, random);
        entries = all.subList(0, pairs).stream()
                .map(line -> new Entry(line, feedback == FeedbackKind.THUMBS ? thumb(random) : PairKind.PAIR))
                .toList();
    }

    private static PairKind thumb(Random random) {
        return random.nextBoolean() ? PairKind.DESIRABLE : PairKind.UNDESIRABLE;
    }

    /** Gives every record in order; the broken ones stand after every tenth part of the stream. */
    public void forEach(Consumer<ProducerRecord<String, byte[]>> sink) {
        var first = entries.get(0);
        var broken = BrokenInput.of(pair(new Entry(first.line(), PairKind.PAIR)), pair(first))
                .iterator();
        int between = Math.max(1, entries.size() / 10);
        for (int i = 0; i < entries.size(); i++) {
            sink.accept(BrokenInput.record(pair(entries.get(i))));
            if ((i + 1) % between == 0 && broken.hasNext()) {
                sink.accept(broken.next());
            }
        }
        broken.forEachRemaining(sink);
    }

    private PreferencePair pair(Entry entry) {
        var line = entry.line();
        var kind = entry.kind();
        var scene = generator.scene(Split.TRAIN, line.scene());
        return new PreferencePair(
                "scene-" + scene.id(),
                List.of(ByteBuffer.wrap(renderer.png(scene))),
                Prompts.user(line.prompt()),
                kind.hasChosen() ? line.chosen() : "",
                kind.hasRejected() ? line.rejected() : "",
                "demo",
                CREATED,
                List.of(),
                kind.text(),
                null);
    }
}

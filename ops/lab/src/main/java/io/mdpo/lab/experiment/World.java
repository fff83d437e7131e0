package io.mdpo.lab.experiment;

import io.mdpo.lab.demo.Demo;
import io.mdpo.lab.demo.SceneEvaluation;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.lab.scenes.Scene;
import io.mdpo.lab.scenes.SceneGenerator;
import io.mdpo.lab.scenes.SceneRenderer;
import java.nio.file.Path;

/**
 * Scenes, how well they can be seen, and the base that was pre-trained on them. Thread-safe.
 *
 * @param base model directory
 * @param haze share of noise in every picture
 */
record World(Path base, double haze, NounCatalogue catalogue, SceneGenerator generator, SceneRenderer renderer) {
    private static final double CLEAR = 0;
    private static final double HAZY = 0.6;

    /** The bundled bases: the one of the quickstart, and one that sees badly and so leans on language. */
    static World of(StreamKind kind) {
        return kind == StreamKind.GROUNDED ? of(Demo.model(), CLEAR) : of(Demo.hazyModel(), HAZY);
    }

    private static World of(Path base, double haze) {
        var catalogue = NounCatalogue.load();
        return new World(
                base,
                haze,
                catalogue,
                new SceneGenerator(catalogue, SceneEvaluation.SCENE_SEED),
                new SceneRenderer(catalogue, haze));
    }

    byte[] png(Scene scene) {
        return renderer.png(scene);
    }
}

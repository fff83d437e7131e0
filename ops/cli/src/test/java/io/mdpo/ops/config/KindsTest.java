package io.mdpo.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mdpo.operator.SettingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KindsTest {
    /** A section of two kinds. */
    public sealed interface Shape permits CircleConfig, LongBoxConfig {}

    /** The default kind. */
    public record CircleConfig(double radius) implements Shape {
        public static CircleConfig defaults() {
            return new CircleConfig(1);
        }
    }

    /** The other kind. */
    public record LongBoxConfig(double width, double height) implements Shape {
        public LongBoxConfig {
            SettingException.require(width > 0, "width", "is " + width + "; it is above 0");
        }

        public static LongBoxConfig defaults() {
            return new LongBoxConfig(3, 1);
        }
    }

    /** What is drawn. */
    public record Drawing(Shape shape) {
        public static Drawing defaults() {
            return new Drawing(new CircleConfig(2));
        }
    }

    @Test
    void aSectionWithoutAKindHasTheDefaultsKeys() {
        assertThat(shape()).isEqualTo(new CircleConfig(2));
        assertThat(shape("drawing.shape.radius=5")).isEqualTo(new CircleConfig(5));
    }

    @Test
    void theKindDecidesTheKeysAndTheirDefaults() {
        assertThat(shape("drawing.shape.kind=long-box", "drawing.shape.height=2"))
                .isEqualTo(new LongBoxConfig(3, 2));
        assertThat(shape("drawing.shape.kind=circle")).isEqualTo(new CircleConfig(2));
    }

    @Test
    void anUnknownKindAndAKeyOfAnotherKindAreRefused() {
        assertThat(problems("drawing.shape.kind=square"))
                .singleElement()
                .asString()
                .isEqualTo("drawing.shape: expected one of circle, long-box, found \"square\"");
        assertThat(problems("drawing.shape.kind=long-box", "drawing.shape.radius=5"))
                .singleElement()
                .asString()
                .isEqualTo("drawing.shape.radius is not a known key: known here are kind, width, height");
        assertThat(problems("drawing.shape.kind=long-box", "drawing.shape.width=-5"))
                .singleElement()
                .asString()
                .isEqualTo("drawing.shape.width is -5.0; it is above 0");
        assertThat(problems("drawing.shape=5"))
                .singleElement()
                .asString()
                .isEqualTo("drawing.shape: expected a section { ... }, found \"5\"");
    }

    @Test
    void whatIsPrintedIsReadAgain() {
        var drawing = new Drawing(new LongBoxConfig(4, 2));

        var printed = ConfigPrinter.print("drawing", drawing);

        assertThat(printed).isEqualTo("""
                drawing.shape.kind = long-box
                drawing.shape.width = 4.0
                drawing.shape.height = 2.0
                """);
        assertThat(shape(printed.split("\n"))).isEqualTo(drawing.shape());
    }

    private static Shape shape(String... overrides) {
        return loader().load(Optional.empty(), List.of(overrides))
                .section("drawing", Drawing.class)
                .shape();
    }

    private static List<String> problems(String... overrides) {
        return catchThrowableOfType(
                        InvalidConfigException.class, () -> loader().load(Optional.empty(), List.of(overrides)))
                .problems()
                .stream()
                .map(ConfigProblem::message)
                .toList();
    }

    private static ConfigLoader loader() {
        return new ConfigLoader(Map.of("drawing", Drawing.class));
    }
}

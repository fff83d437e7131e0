package io.mdpo.scorer.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bit for bit what Pillow makes of the same image; resampling.py beside the golden file made it. */
class ResamplingTest {
    static Stream<Arguments> goldenCases() throws IOException {
        try (var in = ResamplingTest.class.getResourceAsStream("resampling.json")) {
            var golden = new ObjectMapper().readTree(in);
            return StreamSupport.stream(golden.path("cases").spliterator(), false)
                    .map(expected -> Arguments.of(
                            expected.path("filter").asText(),
                            expected.path("width").asInt(),
                            expected.path("height").asInt(),
                            image(golden),
                            expected.path("rgb").asText()));
        }
    }

    @ParameterizedTest(name = "{0} to {1} x {2}")
    @MethodSource("goldenCases")
    void resizingEqualsPillow(String filter, int width, int height, RgbImage image, String expected) {
        var resized = Resampling.valueOf(filter).resize(image, width, height);

        assertThat(HexFormat.of().formatHex(resized.bytes())).isEqualTo(expected);
    }

    private static RgbImage image(JsonNode golden) {
        return new RgbImage(
                golden.path("width").asInt(),
                golden.path("height").asInt(),
                HexFormat.of().parseHex(golden.path("rgb").asText()));
    }
}

package io.mdpo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code ops/docs/data.md} says of the records what is so. */
class DocumentsTest {
    private static final Path DATA = Path.of("..", "ops", "docs", "data.md");

    @Test
    void theExampleDecodesWithTheSchemasThatAreWritten() throws IOException {
        int latest = Arrays.stream(ReleasedSchemas.VERSIONS).max().orElseThrow();

        assertThat(Pattern.compile("released/(\\d+)/")
                        .matcher(Files.readString(DATA))
                        .results())
                .extracting(found -> found.group(1))
                .isNotEmpty()
                .containsOnly(Integer.toString(latest));
    }

    @Test
    void everyTopicAndItsRecordAreListed() throws IOException {
        var lines = Files.readAllLines(DATA);
        for (var topic : Topic.values()) {
            var name = topic.name("").substring(1);
            assertThat(lines)
                    .anyMatch(line -> line.startsWith("| `%s` |".formatted(name))
                            && line.contains("`%s`".formatted(topic.valueType().getSimpleName())));
        }
    }

    @Test
    void theListOfReasonsIsComplete() throws IOException {
        assertThat(codes("## Rejection reasons"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(RejectionReason.values()).map(Enum::name).toList());
    }

    @Test
    void theListOfWhereFeedbackEndsIsComplete() throws IOException {
        assertThat(codes("## Where feedback ends"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(FeedbackReason.values()).map(Enum::name).toList());
    }

    /** The codes in the first column of a section's table. */
    private static List<String> codes(String heading) throws IOException {
        var table = Files.readString(DATA).split(heading, -1)[1].split("\n## ", -1)[0];
        return table.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Pattern.compile("`([A-Z_]+)`")
                        .matcher(line.split("\\|", -1)[1])
                        .results())
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}

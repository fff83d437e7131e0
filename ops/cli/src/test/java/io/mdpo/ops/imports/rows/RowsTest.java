package io.mdpo.ops.imports.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsTest {
    private static final Set<String> FIELDS = Set.of("prompt", "completions", "img_path", "question", "image");

    @TempDir
    private Path temp;

    @Test
    void linesAreNumberedAsAnEditorNumbersThem() throws IOException {
        var file = Files.writeString(temp.resolve("a.jsonl"), "\uFEFF{\"a\": 1}\r\n\n  \n{broken\n{\"a\": 2}");

        assertThat(read(file, 1)).containsExactly("a.jsonl:1 {\"a\":1}", "a.jsonl:4 unreadable", "a.jsonl:5 {\"a\":2}");
        assertThat(read(file, 2)).containsExactly("a.jsonl:4 unreadable", "a.jsonl:5 {\"a\":2}");
        assertThat(read(file, 6)).isEmpty();
    }

    @Test
    void aLineThatIsLongerThanARowMayBeSpoilsNoOther() throws IOException {
        var file = temp.resolve("a.jsonl");
        var line = new byte[Rows.MAX_ROW_BYTES + 1];
        Arrays.fill(line, (byte) ' ');
        try (var out = Files.newOutputStream(file)) {
            out.write(line);
            out.write("\n{\"a\": 1}\n".getBytes(UTF_8));
        }

        assertThat(read(file, 1)).containsExactly("a.jsonl:1 unreadable", "a.jsonl:2 {\"a\":1}");
    }

    @Test
    void anArrayIsReadUpToItsFirstSyntaxError() throws IOException {
        var file =
                Files.writeString(temp.resolve("a.json"), " [\n{\"a\": 1},\n[1],\n{\"a\": 2}, {\"a\" 3}, {\"a\": 4}]");

        assertThat(read(file, 1))
                .containsExactly(
                        "a.json:2 (row 1) {\"a\":1}",
                        "a.json:3 (row 2) unreadable",
                        "a.json:4 (row 3) {\"a\":2}",
                        "a.json:4 unreadable");
        assertThat(read(file, 3)).containsExactly("a.json:4 (row 3) {\"a\":2}", "a.json:4 unreadable");
        assertThat(read(file, 9)).isEmpty();
    }

    @Test
    void anElementThatIsLargerThanARowMayBeEndsTheArray() throws IOException {
        var file = temp.resolve("a.json");
        try (var out = Files.newOutputStream(file)) {
            out.write("[{\"a\": 1}, {\"a\": [".getBytes(UTF_8));
            var zeros = "0,".repeat(1 << 20).getBytes(UTF_8);
            for (long written = 0; written <= Rows.MAX_ROW_BYTES; written += zeros.length) {
                out.write(zeros);
            }
            out.write("0]}]".getBytes(UTF_8));
        }

        assertThat(read(file, 1)).containsExactly("a.json:1 {\"a\":1}", "a.json:1 (row 2) unreadable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vlfeedback.parquet",
                "vlfeedback-none.parquet",
                "vlfeedback-zstd.parquet",
                "vlfeedback-gzip.parquet"
            })
    void aTableIsReadWhateverItIsCompressedWith(String name) throws Exception {
        var rows = read(fixture(name), 1);

        assertThat(rows).hasSize(7);
        assertThat(rows.get(0))
                .startsWith(name + ", row 1 ")
                .contains("\"prompt\":\"What is shown?\"")
                .contains("\"response\":[\"A red circle and a dog.\",\"A red circle.\"]")
                .contains("\"Visual Faithfulness\":{\"Rating\":\"2\"")
                .doesNotContain("drawn-0");
        assertThat(read(fixture(name), 4)).isEqualTo(rows.subList(3, 7));
        assertThat(read(fixture(name), 6)).isEqualTo(rows.subList(5, 7));
    }

    @Test
    void aTableOfAnotherCompressionSaysWhichCanBeRead() throws Exception {
        try (var rows = Rows.open(fixture("vlfeedback-brotli.parquet"), 1, FIELDS)) {
            var row = rows.next().orElseThrow();

            assertThat(row).isInstanceOf(Row.Unreadable.class);
            assertThat(((Row.Unreadable) row).why())
                    .contains("compressed with brotli: write it with Snappy, Zstandard or Gzip")
                    .endsWith("the rest of row group 1, up to row 7, cannot be read");
            assertThat(rows.next()).isEmpty();
        }
    }

    @Test
    void aRowGroupThatIsTooLargeForTheHeapIsNotRead() throws Exception {
        try (var rows = ParquetRows.open(fixture("rlaif-v.parquet"), 1, FIELDS, 4_000)) {
            assertThatThrownBy(rows::next)
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("row group 1 takes")
                    .hasMessageContaining("MDPO_JAVA_OPTS=-Xmx");
        }
    }

    @Test
    void aTableThatIsCutIsNoTable() throws Exception {
        var whole = Files.readAllBytes(fixture("rlaif-v.parquet"));
        var file = Files.write(temp.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length - 100));

        assertThatThrownBy(() -> Rows.open(file, 1, FIELDS))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("cut.parquet is no whole Parquet file");
    }

    @Test
    void aRowGroupWithDamagedPagesIsNamedAndTheNextOneIsRead() throws Exception {
        var bytes = Files.readAllBytes(fixture("rlaif-v.parquet"));
        Arrays.fill(bytes, 4, 60, (byte) 0xFF);
        var file = Files.write(temp.resolve("damaged.parquet"), bytes);
        var all = Set.of("ds_name", "question");
        var rows = new ArrayList<Row>();
        try (var in = Rows.open(file, 1, all)) {
            for (var row = in.next(); row.isPresent(); row = in.next()) {
                rows.add(row.get());
            }
        }

        assertThat(rows.get(0)).isInstanceOf(Row.Unreadable.class);
        assertThat(rows.subList(1, rows.size()))
                .extracting(row -> row.place().row())
                .containsExactly(5L, 6L, 7L);
        assertThat(rows.subList(1, rows.size())).allMatch(Row.Sound.class::isInstance);
    }

    private static Path fixture(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(RowsTest.class.getResource("/imports/" + name))
                .toURI());
    }

    private static List<String> read(Path file, long first) throws IOException {
        var read = new ArrayList<String>();
        var fields = file.toString().endsWith("parquet") ? FIELDS : Set.<String>of();
        try (var rows = Rows.open(file, first, fields)) {
            for (var row = rows.next(); row.isPresent(); row = rows.next()) {
                var place = row.get().place();
                var name = new Place(place.file().getFileName(), place.row(), place.line()).toString();
                read.add(name + " "
                        + (row.get() instanceof Row.Sound readable
                                ? readable.fields().toString()
                                : "unreadable"));
            }
            assertThat(rows.bytesRead()).isPositive();
        }
        return read;
    }
}

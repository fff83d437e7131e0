package io.mdpo.ops.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.ingest.PairCheck;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fixtures hold the same seven rows in every format: four sound ones, a bad one, and two with damaged images. */
class ImporterTest {
    private static final Path FIXTURES = fixtures();

    @TempDir
    private Path temp;

    private static Path fixtures() {
        try {
            return Path.of(Objects.requireNonNull(ImporterTest.class.getResource("/imports"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "trl, trl.parquet, 'trl.parquet, row 3', 'trl.parquet, row 6'",
        "rlaif-v, rlaif-v.parquet, 'rlaif-v.parquet, row 3', 'rlaif-v.parquet, row 6'",
        "mdpo, mdpo.json, mdpo.json:14 (row 3), mdpo.json:32 (row 6)",
        "llama-factory, llama-factory.json, llama-factory.json:40 (row 3), llama-factory.json:97 (row 6)",
        "ms-swift, ms-swift.jsonl, ms-swift.jsonl:3, ms-swift.jsonl:6",
        "openai, openai.jsonl, openai.jsonl:3, openai.jsonl:6",
        "vlfeedback, vlfeedback.jsonl, vlfeedback.jsonl:3, vlfeedback.jsonl:6",
        "vlfeedback, vlfeedback.parquet, 'vlfeedback.parquet, row 3', 'vlfeedback.parquet, row 6'"
    })
    void everyFormatGivesTheSamePairsAndNamesTheSameRows(String format, String file, String bad, String broken)
            throws Exception {
        var named = Imported.of(format, FIXTURES.resolve(file));
        var found = Imported.of("auto", FIXTURES.resolve(file));

        assertThat(named.pairs).hasSize(5);
        assertPair(named.pairs.get(0), "portrait.jpg", "What is shown?", "A red circle.", "A red circle and a dog.");
        assertPair(named.pairs.get(1), "grey.jpg", "Which colour has the square?", "It is grey.", "It is orange.");
        assertPair(
                named.pairs.get(2),
                "landscape.png",
                "Describe the picture.\nBe brief.",
                "A green circle.",
                "Two green circles.");
        assertPair(named.pairs.get(3), "square.webp", "Wie heißt die Form?", "Ein Quadrat.", "Ein Dreieck.");
        assertPair(named.pairs.get(4), "cut.jpg", "Is there a bird?", "No.", "Yes, two.");
        assertThat(named.ids).isEqualTo(Imported.of("ms-swift", FIXTURES.resolve("ms-swift.jsonl")).ids);
        assertThat(named.refusals).containsExactly(bad + " UNDECODABLE_RECORD", broken + " UNDECODABLE_IMAGE");
        assertThat(named.summary.rows()).isEqualTo(7);
        assertThat(found.ids).isEqualTo(named.ids);
        assertThat(found.refusals).isEqualTo(named.refusals);
    }

    private static void assertPair(PreferencePair pair, String image, String question, String chosen, String rejected)
            throws Exception {
        var bytes =
                ByteBuffer.wrap(Files.readAllBytes(FIXTURES.resolve("images").resolve(image)));
        assertThat(pair.getImages()).isEqualTo(List.of(bytes));
        assertThat(pair.getPrompt()).isEqualTo(Prompts.aboutImage(question));
        assertThat(pair.getChosen()).isEqualTo(chosen);
        assertThat(pair.getRejected()).isEqualTo(rejected);
        assertThat(pair.getSource()).isEqualTo("test");
        assertThat(pair.getKind()).isEqualTo("pair");
    }

    @Test
    void aCheckOfPixelsFindsAnImageThatEndsBehindItsHeader() {
        var imported = new Imported()
                .run(
                        "auto",
                        PairCheck.Images.PIXELS,
                        Optional.empty(),
                        Long.MAX_VALUE,
                        () -> false,
                        List.of(FIXTURES.resolve("ms-swift.jsonl")));

        assertThat(imported.refusals)
                .containsExactly(
                        "ms-swift.jsonl:3 UNDECODABLE_RECORD",
                        "ms-swift.jsonl:6 UNDECODABLE_IMAGE",
                        "ms-swift.jsonl:7 UNDECODABLE_IMAGE");
        assertThat(imported.summary.refused())
                .containsEntry(RejectionReason.UNDECODABLE_IMAGE, 2L)
                .containsEntry(RejectionReason.UNDECODABLE_RECORD, 1L);
        assertThat(imported.summary.pairs()).isEqualTo(4);
    }

    @Test
    void anImportThatIsStoppedAnywhereGoesOnWhereItSays() {
        var files = List.of(
                FIXTURES.resolve("rlaif-v.parquet"), FIXTURES.resolve("mdpo.json"), FIXTURES.resolve("openai.jsonl"));
        var whole = Imported.of("auto", files.toArray(Path[]::new));

        for (int asked = 0; asked < 24; asked++) { // before each of 21 rows and at the ends of 3 files
            var first = stoppedWhenAsked(asked, files);
            var next = Position.parse(first.summary.next().orElseThrow().toString());
            var second = new Imported()
                    .run("auto", PairCheck.Images.HEADERS, Optional.of(next), Long.MAX_VALUE, () -> false, files);
            var ids = new ArrayList<>(first.ids);
            ids.addAll(second.ids);

            assertThat(first.summary.rows()).isLessThanOrEqualTo(asked);
            assertThat(ids).as("stopped when asked %d times", asked).isEqualTo(whole.ids);
            assertThat(first.summary.rows() + second.summary.rows()).isEqualTo(21);
            assertThat(second.summary.next()).isEmpty();
        }
    }

    private static Imported stoppedWhenAsked(int times, List<Path> files) {
        var asked = new int[1];
        return new Imported()
                .run(
                        "auto",
                        PairCheck.Images.HEADERS,
                        Optional.empty(),
                        Long.MAX_VALUE,
                        () -> asked[0]++ == times,
                        files);
    }

    @Test
    void aLimitIsOneOfRowsAndSaysWhereToGoOn() {
        var file = FIXTURES.resolve("ms-swift.jsonl");
        var imported =
                new Imported().run("auto", PairCheck.Images.HEADERS, Optional.empty(), 3, () -> false, List.of(file));

        assertThat(imported.summary.rows()).isEqualTo(3);
        assertThat(imported.summary.next()).contains(new Position(file, 4));
    }

    @Test
    void aRowOfNoFormatIsRefusedWithItsFields() throws Exception {
        var file = Files.writeString(temp.resolve("rows.jsonl"), """
                {"text": "a", "label": null}
                [1, 2]
                {"prompt": "a", "chosen": "b"
                {"prompt": "Of what?", "chosen": "b", "rejected": "c"}
                """);

        var imported = Imported.of("auto", file);

        assertThat(imported.refusals)
                .containsExactly(
                        "rows.jsonl:1 UNDECODABLE_RECORD",
                        "rows.jsonl:2 UNDECODABLE_RECORD",
                        "rows.jsonl:3 UNDECODABLE_RECORD");
        assertThat(imported.sentences.get(0)).contains("[text]").contains("vlfeedback");
        assertThat(imported.sentences.get(1)).isEqualTo("it is no JSON object but array");
        assertThat(imported.sentences.get(2)).startsWith("it is no JSON: Unexpected end-of-input");
        assertThat(imported.pairs).hasSize(1);
    }

    @Test
    void aPairThatIngestWouldRefuseIsRefusedForItsReason() throws Exception {
        var file = Files.writeString(temp.resolve("rows.jsonl"), """
                {"prompt": "a", "chosen": "b", "rejected": " b "}
                {"prompt": "a", "chosen": "  ", "rejected": "b"}
                {"prompt": [{"role": "judge", "content": "a"}], "chosen": "b", "rejected": "c"}
                """);

        assertThat(Imported.of("trl", file).refusals)
                .containsExactly(
                        "rows.jsonl:1 CHOSEN_EQUALS_REJECTED",
                        "rows.jsonl:2 EMPTY_CHOSEN",
                        "rows.jsonl:3 INVALID_ROLE");
    }

    @Test
    void filesThatAreNotThereOrOfNoKindSayWhatIsWrong() throws Exception {
        var table = Files.writeString(temp.resolve("table.csv"), "prompt,chosen\n");

        assertThatThrownBy(() -> DataFiles.of(List.of(temp.resolve("nothing.json"))))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("nothing.json is no file that can be read");
        assertThatThrownBy(() -> DataFiles.of(List.of(temp))).hasMessageContaining("no .json, .jsonl or .parquet file");
        assertThatThrownBy(() -> Imported.of("auto", table))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("neither Parquet nor a JSON array nor JSON Lines");
    }

    @Test
    void aFolderIsItsDataFilesByName() throws Exception {
        Files.writeString(temp.resolve("b.jsonl"), "");
        Files.writeString(temp.resolve("a.parquet"), "");
        Files.writeString(temp.resolve("README.md"), "");

        assertThat(DataFiles.of(List.of(temp))).containsExactly(temp.resolve("a.parquet"), temp.resolve("b.jsonl"));
    }
}

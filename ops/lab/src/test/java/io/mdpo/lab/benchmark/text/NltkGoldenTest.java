package io.mdpo.lab.benchmark.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.lab.benchmark.BenchmarkFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words, tags and lemmas are NLTK's; tagger.py and lemmas.py beside the golden files made them. */
class NltkGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/benchmarks");

    /** Text 31 is a numbered list: NLTK takes "2." for one word or for two, depending on what it takes for a sentence. */
    @Test
    void wordsAreThoseOfTheTreebankTokenizer() throws IOException {
        var words = new Words();
        List<String> texts = texts();
        List<Tagged> tagged = tagged();
        assertThat(texts).hasSize(60);
        for (int i = 0; i < texts.size(); i++) {
            if (i != 31) {
                assertThat(words.of(texts.get(i))).isEqualTo(tagged.get(i).words());
            }
        }
    }

    @Test
    void tagsAreThoseThatNltkGivesWithTheSameModel() throws IOException {
        var tagger = NltkTagger.read(GOLDEN.resolve("tagger"));
        for (Tagged tagged : tagged()) {
            assertThat(tagger.tags(tagged.words())).isEqualTo(tagged.tags());
        }
        assertThat(tagger.tags(List.of())).isEmpty();
    }

    @Test
    void aTaggerWithoutItsFilesIsRefusedWithTheirNames(@TempDir Path dir) {
        assertThatThrownBy(() -> NltkTagger.read(dir))
                .isInstanceOf(BenchmarkFileException.class)
                .hasMessageContaining("averaged_perceptron_tagger_eng.weights.json: there is no such file")
                .hasMessageContaining("averaged_perceptron_tagger_eng.classes.json: there is no such file");
    }

    @Test
    void lemmasAreThoseOfTheWordNetLemmatizer() throws IOException {
        var lemmas = new Lemmas();
        var lines = Files.readAllLines(GOLDEN.resolve("lemmas.tsv"));
        assertThat(lines).hasSizeGreaterThan(500);
        for (String line : lines) {
            var fields = line.split("\t", -1);
            assertThat(lemmas.of(fields[0])).as(fields[0]).isEqualTo(fields[1]);
        }
    }

    @Test
    void aTaggerTellsNounsFromVerbs() {
        var nouns = new Nouns(Tagger.openNlp());
        assertThat(nouns.of("They watch the dogs in the park, and a man has lost his watch."))
                .containsExactly("dog", "park", "man", "watch");
    }

    private record Tagged(List<String> words, List<String> tags) {}

    private static List<Tagged> tagged() throws IOException {
        var json = new ObjectMapper();
        var all = new ArrayList<Tagged>();
        for (String line : Files.readAllLines(GOLDEN.resolve("tagger/golden.jsonl"))) {
            all.add(json.readValue(line, Tagged.class));
        }
        return all;
    }

    private static List<String> texts() throws IOException {
        var answers = new ObjectMapper()
                .readValue(
                        GOLDEN.resolve("amber/answers.json").toFile(),
                        new TypeReference<List<Map<String, Object>>>() {});
        return answers.subList(0, 60).stream()
                .map(answer -> Objects.requireNonNull(answer.get("response")).toString())
                .toList();
    }
}

package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairFactoryTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final CaptionParser PARSER = new CaptionParser(CATALOGUE);

    private static Stream<Scene> scenes(int count) {
        return new SceneGenerator(CATALOGUE, 17).scenes(Split.TRAIN).limit(count);
    }

    private static List<ScenePair> edits(int count) {
        PairFactory factory = PairFactory.edits(CATALOGUE, 1);
        return scenes(count).map(factory::pair).toList();
    }

    @Test
    void chosenIsTheTruthAndEveryEditIsWellFormedAndFalseInItsOwnWay() {
        for (ScenePair pair : edits(5_000)) {
            Caption truth = Caption.of(pair.scene());
            ParsedCaption rejected = PARSER.parse(pair.rejected());
            assertThat(pair.chosen()).isEqualTo(truth.text());
            assertThat(rejected.wellFormed()).as(pair.rejected()).isTrue();
            List<Noun> nouns = truth.mentions().stream().map(Mention::noun).toList();
            List<Noun> absent = rejected.nouns().stream()
                    .filter(noun -> !nouns.contains(noun))
                    .toList();
            boolean sameNouns = rejected.nouns().equals(nouns);
            boolean sameList = rejected.mentions().equals(truth.mentions());
            int more = rejected.mentions().size() - nouns.size();
            boolean asNamed =
                    switch (pair.kind()) {
                        case SAMPLED -> false;
                        case PLANTED_PARTNER ->
                            more == 1
                                    && CATALOGUE
                                            .partneredBy(absent.get(0))
                                            .map(planted -> nouns.contains(planted.trigger()))
                                            .orElse(false);
                        case INSERTED_OBJECT -> more == 1 && absent.size() == 1;
                        case OMITTED_OBJECT -> more == -1 && absent.isEmpty();
                        case SWAPPED_OBJECT -> more == 0 && absent.size() == 1;
                        case CHANGED_COLOUR ->
                            sameNouns
                                    && !sameList
                                    && counts(rejected.mentions()).equals(counts(truth.mentions()));
                        case CHANGED_COUNT ->
                            sameNouns && !counts(rejected.mentions()).equals(counts(truth.mentions()));
                        case FLIPPED_RELATION ->
                            sameList
                                    && rejected.relation()
                                            .equals(truth.relation().map(Relation::flipped));
                    };
            assertThat(asNamed)
                    .as("%s: %s / %s", pair.kind(), pair.chosen(), pair.rejected())
                    .isTrue();
        }
    }

    private static List<Integer> counts(List<Mention> mentions) {
        return mentions.stream().map(Mention::count).toList();
    }

    @Test
    void everyKindOfEditOccurs() {
        assertThat(edits(2_000).stream().map(ScenePair::kind).distinct())
                .hasSize(ScenePair.Kind.values().length - 1)
                .doesNotContain(ScenePair.Kind.SAMPLED);
    }

    @Test
    void lengthDoesNotTellChosenFromRejected() {
        int longer = 0;
        int shorter = 0;
        for (ScenePair pair : edits(20_000)) {
            int more = words(pair.rejected()) - words(pair.chosen());
            longer += more > 0 ? 1 : 0;
            shorter += more < 0 ? 1 : 0;
        }
        assertThat(longer / 20_000.0).isCloseTo(0.35, within(0.015));
        assertThat(shorter / 20_000.0).isCloseTo(0.35, within(0.015));
    }

    private static int words(String text) {
        return text.split(" ").length;
    }

    @Test
    void aPairIsAFunctionOfSeedAndScene() {
        assertThat(edits(200)).isEqualTo(edits(200));
        assertThat(edits(200))
                .isNotEqualTo(
                        scenes(200).map(PairFactory.edits(CATALOGUE, 2)::pair).toList());
    }

    @Test
    void aSampleIsTakenAsTheModelWroteItAndARightOneIsReplacedByAnInsertion() {
        var wrong = new PairFactory(CATALOGUE, PairMix.SAMPLES, scene -> " There is a a dog", 1);
        assertThat(scenes(50).map(wrong::pair)).allSatisfy(pair -> {
            assertThat(pair.kind()).isEqualTo(ScenePair.Kind.SAMPLED);
            assertThat(pair.rejected()).isEqualTo("There is a a dog");
        });
        var right = new PairFactory(
                CATALOGUE, PairMix.SAMPLES, scene -> " " + Caption.of(scene).text(), 1);
        assertThat(scenes(50).map(right::pair).map(ScenePair::kind))
                .containsOnly(ScenePair.Kind.PLANTED_PARTNER, ScenePair.Kind.INSERTED_OBJECT);
    }
}

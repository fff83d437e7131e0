package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final CaptionParser PARSER = new CaptionParser(CATALOGUE);

    private static Noun noun(String word) {
        return CATALOGUE.singular(word).orElseThrow();
    }

    private static ObjectGroup group(String word, Colour colour, Placement... placements) {
        return new ObjectGroup(noun(word), colour, List.of(placements));
    }

    private static Placement at(int left, int top) {
        return new Placement(left, top, 24);
    }

    @Test
    void groupsAreListedInReadingOrderAndTheFirstTwoAreRelated() {
        var scene = new Scene(
                1,
                List.of(
                        group("star", Colour.PLAIN, at(0, 72), at(48, 48)),
                        group("balloon", Colour.RED, at(60, 2)),
                        group("dog", Colour.PLAIN, at(0, 5))));
        assertThat(Caption.of(scene).text())
                .isEqualTo("There is a dog, a red balloon, two stars. The red balloon is right of the dog.");
    }

    @Test
    void aGroupOfSeveralIsPluralAndKeepsTheRelationAway() {
        var scene = new Scene(
                1,
                List.of(
                        group("butterfly", Colour.BLUE, at(0, 0), at(48, 0), at(0, 30)),
                        group("octopus", Colour.PLAIN, at(60, 60))));
        assertThat(Caption.of(scene).text()).isEqualTo("There are three blue butterflies, an octopus.");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 48, The bone is left of the cat.",
        "24, 0, The bone is above the cat.",
        "12, 24, The bone is above the cat.",
    })
    void theRelationFollowsTheClearAxis(int catLeft, int catTop, String relation) {
        boolean sideways = catLeft == 0;
        var scene = new Scene(
                1,
                List.of(
                        group("bone", Colour.PLAIN, at(0, 0)),
                        group("cat", Colour.PLAIN, sideways ? at(catTop, 0) : at(catLeft - 12, 24 + catTop))));
        assertThat(Caption.of(scene).relation().orElseThrow().text()).isEqualTo(relation);
    }

    @Test
    void objectsOnADiagonalAreNotRelated() {
        var scene =
                new Scene(1, List.of(group("bone", Colour.PLAIN, at(0, 0)), group("cat", Colour.PLAIN, at(40, 40))));
        assertThat(Caption.of(scene).relation()).isEmpty();
    }

    @Test
    void everyDirectionIsInATwelfthOfTheRelationsOrMore() {
        List<Caption> captions = new SceneGenerator(CATALOGUE, 5)
                .scenes(Split.TRAIN)
                .limit(10_000)
                .map(Caption::of)
                .toList();
        List<Direction> directions = captions.stream()
                .flatMap(caption -> caption.relation().stream())
                .map(Relation::direction)
                .toList();
        assertThat(directions.size() / 10_000.0).isGreaterThan(0.3);
        for (Direction direction : Direction.values()) {
            long count = directions.stream().filter(direction::equals).count();
            assertThat((double) count / directions.size()).as("%s", direction).isGreaterThan(1.0 / 12);
        }
    }

    @Test
    void trueAndNoisyCaptionsAreParsedBackExactly() {
        var prior = new PlantedPrior(CATALOGUE);
        assertThat(new SceneGenerator(CATALOGUE, 5).scenes(Split.HELDOUT).limit(2_000))
                .flatMap(scene ->
                        Stream.of(Caption.of(scene), prior.caption(scene)).toList())
                .allSatisfy(caption -> {
                    ParsedCaption parsed = PARSER.parse(" " + caption.text());
                    assertThat(parsed.wellFormed()).as(caption.text()).isTrue();
                    assertThat(parsed.mentions()).isEqualTo(caption.mentions());
                    assertThat(parsed.relation()).isEqualTo(caption.relation());
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "There is .",
                "There is a dog",
                "There is a dog a cat.",
                "There is a dog, a dog.",
                "There is a dog, two dogs.",
                "There is a octopus.",
                "There is an dog.",
                "There are a dog.",
                "There is two dogs.",
                "There is a red dog.",
                "There is a balloon.",
                "There is a blue red balloon.",
                "There is a dog and a cat.",
                "There is a dog. There is a cat.",
                "there is a dog.",
                "There is a dog, a cat. The dog is left of the moon.",
                "There are two dogs, a cat. The dog is left of the cat.",
                "There is a red balloon, a cat. The blue balloon is left of the cat.",
                "There is a dog, a cat. The dog is left of the dog.",
                "There is a dog, a cat. The dog is left of the cat. The cat is right of the dog.",
                "There is a dog, a cat. The dog is near the cat.",
                "There is a dog, a unicorn.",
            })
    void whatTheGrammarDoesNotProduceIsIllFormed(String text) {
        assertThat(PARSER.parse(text).wellFormed()).isFalse();
    }

    @Test
    void mentionsAreFoundInAnyTextWithRepetitions() {
        ParsedCaption parsed = PARSER.parse("I see three red balloons and Mice, a dog, a dog the sofa");
        assertThat(parsed.mentions())
                .containsExactly(
                        new Mention(noun("balloon"), Colour.RED, 3),
                        new Mention(noun("mouse"), Colour.PLAIN, 1),
                        new Mention(noun("dog"), Colour.PLAIN, 1),
                        new Mention(noun("dog"), Colour.PLAIN, 1));
    }

    @Test
    void anObjectThatOnlyTheRelationNamesIsAMention() {
        assertThat(PARSER.parse("There is a dog. The dog is left of the bone.").nouns())
                .containsExactly(noun("dog"), noun("bone"));
    }
}

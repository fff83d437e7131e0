package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlantedPriorTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();
    private static final PlantedPrior PRIOR = new PlantedPrior(CATALOGUE);

    private static List<Scene> scenes(int count) {
        return new SceneGenerator(CATALOGUE, 11)
                .scenes(Split.TRAIN)
                .limit(count)
                .toList();
    }

    @Test
    void everyPairIsPlantedAtItsOwnRate() {
        Map<PlantedPair, Integer> possible = new HashMap<>();
        Map<PlantedPair, Integer> planted = new HashMap<>();
        for (Scene scene : scenes(60_000)) {
            PRIOR.plantable(scene).forEach(pair -> possible.merge(pair, 1, Integer::sum));
            PRIOR.planted(scene).forEach(pair -> planted.merge(pair, 1, Integer::sum));
        }
        assertThat(CATALOGUE.pairs()).allSatisfy(pair -> {
            int n = possible.getOrDefault(pair, 0);
            // Four standard deviations of a binomial share.
            double tolerance = 4 * Math.sqrt(pair.rate() * (1 - pair.rate()) / n);
            assertThat((double) planted.getOrDefault(pair, 0) / n)
                    .as("%s and %s", pair.trigger(), pair.partner())
                    .isCloseTo(pair.rate(), within(tolerance));
        });
    }

    @Test
    void theNoisyCaptionIsTheTrueOneWithEachPlantedPartnerAfterItsTrigger() {
        assertThat(scenes(2_000)).allSatisfy(scene -> {
            List<Mention> noisy = PRIOR.caption(scene).mentions();
            List<Noun> partners =
                    PRIOR.planted(scene).stream().map(PlantedPair::partner).toList();
            assertThat(noisy.stream()
                            .filter(mention -> !partners.contains(mention.noun()))
                            .toList())
                    .isEqualTo(Caption.of(scene).mentions());
            for (PlantedPair pair : PRIOR.planted(scene)) {
                int at = noisy.stream().map(Mention::noun).toList().indexOf(pair.trigger());
                assertThat(noisy.get(at + 1)).isEqualTo(new Mention(pair.partner(), Colour.PLAIN, 1));
            }
        });
    }

    @Test
    void halfOfTheQuestionsAreAnsweredYes() {
        long yes = scenes(4_000).stream()
                .flatMap(scene -> IntStream.range(0, 5).mapToObj(index -> PRIOR.question(scene, index)))
                .filter(conversation -> conversation.answer().equals(Question.YES))
                .count();
        assertThat(yes / 20_000.0).isCloseTo(0.5, within(0.015));
    }

    @Test
    void answersAreTrueExceptAboutPlantedPartners() {
        Map<String, Question> byText = new HashMap<>();
        for (Noun noun : CATALOGUE.nouns()) {
            for (Colour colour : Colour.values()) {
                if (noun.takes(colour)) {
                    byText.put(new Question(noun, colour).text(), new Question(noun, colour));
                }
            }
        }
        int planted = 0;
        for (Scene scene : scenes(4_000)) {
            Conversation asked = PRIOR.question(scene, 0);
            Question question = Objects.requireNonNull(byText.get(asked.prompt()), asked.prompt());
            boolean claimed = PRIOR.planted(scene).stream()
                    .anyMatch(pair -> pair.partner().equals(question.noun()));
            planted += claimed ? 1 : 0;
            assertThat(asked.answer()).isEqualTo(claimed ? Question.YES : question.answer(scene));
        }
        assertThat(planted).isGreaterThan(100);
    }
}

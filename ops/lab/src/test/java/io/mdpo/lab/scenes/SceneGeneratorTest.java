package io.mdpo.lab.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SceneGeneratorTest {
    private static final NounCatalogue CATALOGUE = NounCatalogue.load();

    private static List<Scene> scenes(Split split, int count) {
        return new SceneGenerator(CATALOGUE, 7).scenes(split).limit(count).toList();
    }

    @Test
    void theCatalogueHoldsTwentyPairsFourteenPlainFillersAndTenColourableOnes() {
        assertThat(CATALOGUE.nouns()).hasSize(64);
        assertThat(CATALOGUE.pairs())
                .hasSize(20)
                .allSatisfy(pair -> assertThat(pair.rate()).isBetween(0.45, 0.9))
                .allSatisfy(pair -> assertThat(pair.trigger().role()).isEqualTo(Noun.Role.TRIGGER))
                .allSatisfy(pair -> assertThat(pair.partner().role()).isEqualTo(Noun.Role.PARTNER));
        assertThat(CATALOGUE.nouns().stream().filter(Noun::colourable)).hasSize(10);
        assertThat(CATALOGUE.nouns().stream().filter(noun -> noun.role() == Noun.Role.FILLER && !noun.colourable()))
                .hasSize(14);
    }

    @Test
    void aSceneIsAFunctionOfSeedSplitAndIndex() {
        assertThat(scenes(Split.TRAIN, 100)).isEqualTo(scenes(Split.TRAIN, 100));
        assertThat(new SceneGenerator(CATALOGUE, 7).scene(Split.TRAIN, 42))
                .isEqualTo(scenes(Split.TRAIN, 43).get(42));
        assertThat(new SceneGenerator(CATALOGUE, 8).scene(Split.TRAIN, 42))
                .isNotEqualTo(new SceneGenerator(CATALOGUE, 7).scene(Split.TRAIN, 42));
    }

    @Test
    void scenesKeepTheLimitsOfGroupsObjectsSizesAndOverlap() {
        assertThat(scenes(Split.TRAIN, 5_000)).allSatisfy(scene -> {
            assertThat(scene.groups()).hasSizeBetween(2, 4);
            List<Placement> placements = scene.groups().stream()
                    .flatMap(group -> group.placements().stream())
                    .toList();
            assertThat(placements).hasSizeBetween(2, SceneGenerator.MAX_SPRITES);
            for (int i = 0; i < placements.size(); i++) {
                Placement placement = placements.get(i);
                assertThat(placement.size()).isBetween(22, 28);
                assertThat(placements.subList(i + 1, placements.size())).noneMatch(placement::overlaps);
            }
        });
    }

    @Test
    void triggersAreCommonAndHaveTheirPartnerInAQuarterOfTheCases() {
        List<Scene> scenes = scenes(Split.TRAIN, 20_000);
        var triggered = 0;
        var triggers = 0;
        var together = 0;
        for (Scene scene : scenes) {
            List<PlantedPair> pairs = CATALOGUE.pairs().stream()
                    .filter(pair -> scene.shows(pair.trigger()))
                    .toList();
            triggered += pairs.isEmpty() ? 0 : 1;
            triggers += pairs.size();
            together += (int)
                    pairs.stream().filter(pair -> scene.shows(pair.partner())).count();
        }
        assertThat(triggered / 20_000.0).isCloseTo(0.85, within(0.015));
        assertThat((double) together / triggers).isCloseTo(0.25, within(0.03));
        long several = scenes.stream()
                .flatMap(scene -> scene.groups().stream())
                .filter(group -> group.count() > 1)
                .count();
        long groups = scenes.stream().mapToInt(scene -> scene.groups().size()).sum();
        // A quarter of the groups are drawn with several objects; the limit on objects takes some of them back.
        assertThat((double) several / groups).isBetween(0.20, 0.25);
    }

    @Test
    void objectsOfOneKindStandSideBySide() {
        scenes(Split.TRAIN, 2_000).stream()
                .flatMap(scene -> scene.groups().stream())
                .forEach(group -> assertThat(group.placements())
                        .extracting(Placement::cell)
                        .containsExactlyElementsOf(IntStream.range(0, group.count())
                                .mapToObj(i -> group.first().cell() + i)
                                .toList()));
    }

    @Test
    void everyNounAndColourAppears() {
        List<Scene> scenes = scenes(Split.TRAIN, 3_000);
        for (Noun noun : CATALOGUE.nouns()) {
            for (Colour colour : Colour.values()) {
                assertThat(scenes.stream().anyMatch(scene -> scene.shows(noun, colour)))
                        .as("%s in %s", noun, colour)
                        .isEqualTo(noun.takes(colour));
            }
        }
    }

    @Test
    void splitsShareNoComposition() {
        Set<Set<List<Object>>> train = compositions(scenes(Split.TRAIN, 20_000));
        Set<Set<List<Object>>> tuning = compositions(scenes(Split.TUNING, 5_000));
        Set<Set<List<Object>>> heldout = compositions(scenes(Split.HELDOUT, 5_000));
        assertThat(Collections.disjoint(heldout, train)).isTrue();
        assertThat(Collections.disjoint(heldout, tuning)).isTrue();
        assertThat(Collections.disjoint(tuning, train)).isTrue();
        assertThat(scenes(Split.HELDOUT, 100)).allMatch(scene -> scene.split() == Split.HELDOUT);
    }

    private static Set<Set<List<Object>>> compositions(List<Scene> scenes) {
        return scenes.stream()
                .map(scene -> scene.groups().stream()
                        .map(group -> List.<Object>of(group.noun(), group.colour(), group.count()))
                        .collect(Collectors.toCollection(HashSet::new)))
                .collect(Collectors.toSet());
    }
}

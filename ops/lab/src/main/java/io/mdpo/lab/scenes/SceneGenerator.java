package io.mdpo.lab.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Scenes as a pure function of (seed, split, index). Safe for use by several threads.
 *
 * <p>A scene has 2 to 4 groups and at most {@value #MAX_SPRITES} objects. Most scenes hold a trigger, and a
 * quarter of these its partner too, so that a trigger without its partner is common. Partners also appear without their
 * trigger: otherwise a model could not learn what they look like.
 */
public final class SceneGenerator {
    /** Most objects in a scene. */
    public static final int MAX_SPRITES = 6;

    /** Most groups in a scene. */
    public static final int MAX_GROUPS = 4;

    static final int MIN_SPRITE_PIXELS = 22;
    static final int MAX_SPRITE_PIXELS = 28;
    private static final int JITTER_PIXELS = 6;
    private static final int PLACEMENT_ATTEMPTS = 40;

    private static final double TRIGGER_RATE = 0.85;
    private static final double SECOND_TRIGGER_RATE = 0.6;
    private static final double PARTNER_RATE = 0.25;
    private static final double LONE_PARTNER_RATE = 0.4;
    private static final double SEVERAL_RATE = 0.25;

    private final NounCatalogue catalogue;
    private final List<Noun> partners;
    private final List<Noun> fillers;
    private final long seed;

    public SceneGenerator(NounCatalogue catalogue, long seed) {
        this.catalogue = catalogue;
        this.partners = nouns(catalogue, Noun.Role.PARTNER);
        this.fillers = nouns(catalogue, Noun.Role.FILLER);
        this.seed = seed;
    }

    private static List<Noun> nouns(NounCatalogue catalogue, Noun.Role role) {
        return catalogue.nouns().stream().filter(noun -> noun.role() == role).toList();
    }

    /** The scene of the split with this number; the same for the same seed, split and index. */
    public Scene scene(Split split, long index) {
        long sceneSeed = Bits.mix(Bits.mix(seed, split.salt()), index);
        var random = new SplittableRandom(sceneSeed);
        while (true) {
            List<Kind> kinds = compose(random);
            long[] codes = kinds.stream()
                    .mapToLong(kind -> Split.code(kind.noun, kind.colour, kind.count))
                    .toArray();
            if (Split.of(codes) == split) {
                return new Scene(sceneSeed, place(kinds, random));
            }
        }
    }

    /** The scenes of a split, without end. */
    public Stream<Scene> scenes(Split split) {
        return LongStream.iterate(0, index -> index + 1).mapToObj(index -> scene(split, index));
    }

    private List<Kind> compose(SplittableRandom random) {
        List<Noun> nouns = chooseNouns(random);
        var kinds = new ArrayList<Kind>();
        int room = MAX_SPRITES - nouns.size();
        for (Noun noun : nouns) {
            int count = 1;
            if (random.nextDouble() < SEVERAL_RATE) {
                count = Math.min(2 + random.nextInt(ObjectGroup.MAX_COUNT - 1), 1 + room);
            }
            room -= count - 1;
            Colour colour = noun.colourable() ? pick(Colour.named(), random) : Colour.PLAIN;
            kinds.add(new Kind(noun, colour, count));
        }
        return kinds;
    }

    private List<Noun> chooseNouns(SplittableRandom random) {
        int groups = 2 + random.nextInt(MAX_GROUPS - 1);
        var nouns = new ArrayList<Noun>();
        if (random.nextDouble() < TRIGGER_RATE) {
            addTrigger(nouns, random);
            if (nouns.size() + 2 <= groups && random.nextDouble() < SECOND_TRIGGER_RATE) {
                addTrigger(nouns, random);
            }
        }
        while (nouns.size() < groups) {
            Predicate<Noun> free = noun -> !nouns.contains(noun)
                    && catalogue
                            .partneredBy(noun)
                            .map(pair -> !nouns.contains(pair.trigger()))
                            .orElse(true);
            Noun noun = pick(random.nextDouble() < LONE_PARTNER_RATE ? partners : fillers, random);
            if (free.test(noun)) {
                nouns.add(noun);
            }
        }
        return shuffled(nouns, random);
    }

    /** Adds a trigger and perhaps its partner: there must be room for both. */
    private void addTrigger(List<Noun> nouns, SplittableRandom random) {
        PlantedPair pair = pick(catalogue.pairs(), random);
        if (nouns.contains(pair.trigger())) {
            return;
        }
        nouns.add(pair.trigger());
        if (random.nextDouble() < PARTNER_RATE) {
            nouns.add(pair.partner());
        }
    }

    /** Puts the objects on the grid, starting anew whenever one finds no place. */
    private static List<ObjectGroup> place(List<Kind> kinds, SplittableRandom random) {
        while (true) {
            var taken = new ArrayList<Placement>();
            var groups = new ArrayList<ObjectGroup>();
            for (Kind kind : kinds) {
                List<Placement> run = placeRun(kind.count, taken, random);
                if (run.isEmpty()) {
                    break;
                }
                taken.addAll(run);
                groups.add(new ObjectGroup(kind.noun, kind.colour, run));
            }
            if (groups.size() == kinds.size()) {
                return groups;
            }
        }
    }

    /** Places for the objects of one kind, side by side in a row; none if there is no room. */
    private static List<Placement> placeRun(int count, List<Placement> taken, SplittableRandom random) {
        for (int attempt = 0; attempt < PLACEMENT_ATTEMPTS; attempt++) {
            int row = random.nextInt(Scene.GRID);
            int column = random.nextInt(Scene.GRID - count + 1);
            var run = new ArrayList<Placement>();
            for (int i = 0; i < count; i++) {
                int size = random.nextInt(MIN_SPRITE_PIXELS, MAX_SPRITE_PIXELS + 1);
                var next = new Placement(edge(column + i, size, random), edge(row, size, random), size);
                if (taken.stream().noneMatch(next::overlaps) && run.stream().noneMatch(next::overlaps)) {
                    run.add(next);
                }
            }
            if (run.size() == count) {
                return run;
            }
        }
        return List.of();
    }

    /** Edge of a sprite whose centre is at most the jitter away from the centre of a cell. */
    private static int edge(int cell, int size, SplittableRandom random) {
        int centre = cell * Scene.CELL + Scene.CELL / 2;
        int jitter = random.nextInt(-JITTER_PIXELS, JITTER_PIXELS + 1);
        return Math.max(0, Math.min(Scene.SIZE - size, centre + jitter - size / 2));
    }

    static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    private static <T> List<T> shuffled(List<T> items, SplittableRandom random) {
        var rest = new ArrayList<>(items);
        var result = new ArrayList<T>();
        while (!rest.isEmpty()) {
            result.add(rest.remove(random.nextInt(rest.size())));
        }
        return result;
    }

    private record Kind(Noun noun, Colour colour, int count) {}
}

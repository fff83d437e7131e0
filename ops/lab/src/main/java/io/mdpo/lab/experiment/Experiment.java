package io.mdpo.lab.experiment;

import io.mdpo.lab.experiment.Results.Compared;
import io.mdpo.lab.experiment.Results.OnStream;
import io.mdpo.lab.experiment.Results.Point;
import io.mdpo.lab.experiment.Results.Trained;
import io.mdpo.lab.experiment.Results.Tried;
import io.mdpo.lab.scenes.Split;
import io.mdpo.ops.Progress;
import io.mdpo.scorer.vlm.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.ToDoubleFunction;

/** Runs a plan: chooses a setting for every variant, compares the variants, and draws the curves. */
final class Experiment implements AutoCloseable {
    private final Plan plan;
    private final RunStore store;
    private final Path directory;
    private final ExecutorService workers;
    private final Progress progress;
    private final DoubleAdder seconds = new DoubleAdder();

    /**
     * @param directory keeps what was done, so that the experiment can be stopped and continued
     * @param jobs trainings at a time, each on one core
     */
    Experiment(Plan plan, Path directory, int jobs, Progress progress) {
        this.plan = plan;
        this.store = new RunStore(directory);
        this.directory = directory;
        this.workers = Executors.newFixedThreadPool(jobs);
        this.progress = progress;
    }

    List<OnStream> run() throws InterruptedException {
        var streams = new ArrayList<OnStream>();
        for (var kind : plan.streams()) {
            streams.add(onStream(kind, World.of(kind)));
        }
        return streams;
    }

    private OnStream onStream(StreamKind kind, World world) throws InterruptedException {
        var training = new Training(world, new ReferenceScores(world, new PairSource(world, directory)), plan.scenes());
        var tuning = tuning(kind, world, training);
        var settings = new EnumMap<Variant, Setting>(Variant.class);
        tuning.forEach((variant, tried) -> settings.put(variant, best(tried)));

        var specs = new ArrayList<RunSpec>();
        settings.forEach((variant, setting) -> specs.addAll(plan.comparison(kind, variant, setting)));
        var runs = run(training, specs);
        var compared = new ArrayList<Compared>();
        tuning.forEach((variant, tried) -> {
            var setting = of(settings, variant);
            var trainings = plan.comparison(kind, variant, setting).stream()
                    .map(spec -> runs.get(specs.indexOf(spec)))
                    .toList();
            compared.add(new Compared(variant, setting, plan.hasTuning() ? tried : List.of(), trainings));
        });
        return new OnStream(
                kind,
                base(world, Split.HELDOUT),
                compared,
                kind == StreamKind.SHORTCUT ? strengths(training, settings) : List.of(),
                sizes(kind, training, settings));
    }

    /** Every setting of the grid, tried on scenes that the comparison does not see. */
    private Map<Variant, List<Tried>> tuning(StreamKind kind, World world, Training training)
            throws InterruptedException {
        var tried = new EnumMap<Variant, List<Tried>>(Variant.class);
        if (!plan.hasTuning()) {
            var only = plan.suite().grid().get(0);
            plan.variants()
                    .forEach(variant -> tried.put(variant, List.of(new Tried(only, base(world, Split.TUNING), 0))));
            return tried;
        }
        var base = base(world, Split.TUNING);
        var specs = plan.variants()
                .flatMap(variant -> plan.grid(variant).stream().map(setting -> plan.tuning(kind, variant, setting)))
                .toList();
        var runs = run(training, specs);
        for (int i = 0; i < specs.size(); i++) {
            var scores = runs.get(i).scores();
            tried.computeIfAbsent(specs.get(i).variant(), variant -> new ArrayList<>())
                    .add(new Tried(specs.get(i).setting(), scores, penalty(scores, base)));
        }
        return tried;
    }

    /** CHAIRi, and every point of Cover and of well-formedness that the training cost: silence is not faithfulness. */
    private static double penalty(Scores scores, Scores base) {
        return scores.greedy().chairI()
                + Math.max(0, base.greedy().cover() - scores.greedy().cover())
                + Math.max(0, base.greedy().wellFormed() - scores.greedy().wellFormed());
    }

    private static Setting best(List<Tried> tried) {
        return tried.stream()
                .min(Comparator.comparingDouble(Tried::penalty))
                .orElseThrow()
                .setting();
    }

    private static Setting of(Map<Variant, Setting> settings, Variant variant) {
        return Objects.requireNonNull(settings.get(variant), () -> variant + " is in a curve and not compared");
    }

    private List<Point> strengths(Training training, Map<Variant, Setting> settings) throws InterruptedException {
        var points = new ArrayList<List<RunSpec>>();
        for (var variant : plan.suite().strengthVariants()) {
            for (double strength : plan.suite().strengths()) {
                points.add(plan.atStrength(variant, of(settings, variant), strength));
            }
        }
        return curve(training, points, StreamSpec::strength);
    }

    private List<Point> sizes(StreamKind kind, Training training, Map<Variant, Setting> settings)
            throws InterruptedException {
        var points = new ArrayList<List<RunSpec>>();
        for (var variant : plan.suite().sizeVariants()) {
            for (int size : plan.suite().sizes()) {
                points.add(plan.atSize(kind, variant, of(settings, variant), size));
            }
        }
        return curve(training, points, StreamSpec::pairs);
    }

    /** @param points the trainings of each point */
    private List<Point> curve(Training training, List<List<RunSpec>> points, ToDoubleFunction<StreamSpec> x)
            throws InterruptedException {
        var runs = run(training, points.stream().flatMap(List::stream).toList()).iterator();
        return points.stream()
                .map(specs -> new Point(
                        specs.get(0).variant(),
                        x.applyAsDouble(specs.get(0).stream()),
                        specs.stream()
                                .map(spec -> new Trained(spec, runs.next().scores()))
                                .toList()))
                .toList();
    }

    private Scores base(World world, Split split) {
        var id = "base-haze%.2f-%d-%s"
                .formatted(world.haze(), plan.scenes(), split.name().toLowerCase(Locale.ROOT));
        return store.find(id)
                .orElseGet(() -> {
                    try (var model = ModelConfig.cpu(world.base(), 1).open()) {
                        var scores = new Judge(world, split, plan.scenes()).scores(model);
                        return store.save(new RunResult(id, scores, Map.of(), 0));
                    }
                })
                .scores();
    }

    /** The results, in the order of the specifications. */
    private List<RunResult> run(Training training, List<RunSpec> specs) throws InterruptedException {
        var futures = new ArrayList<Future<RunResult>>();
        for (var spec : specs) {
            futures.add(workers.submit(() -> run(training, spec)));
        }
        var results = new ArrayList<RunResult>();
        for (var future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                workers.shutdownNow();
                throw new IllegalStateException("a training failed", e.getCause());
            }
        }
        return results;
    }

    private RunResult run(Training training, RunSpec spec) {
        var found = store.find(spec.id(plan.scenes()));
        var result = found.orElseGet(() -> store.save(training.run(spec)));
        if (found.isPresent()) {
            progress.skip(1);
        } else {
            progress.add(1);
        }
        seconds.add(result.seconds());
        return result;
    }

    /** What the trainings took with their judging, one after another. */
    double seconds() {
        return seconds.sum();
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}

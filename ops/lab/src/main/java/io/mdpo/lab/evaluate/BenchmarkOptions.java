package io.mdpo.lab.evaluate;

import io.mdpo.lab.benchmark.Benchmark;
import io.mdpo.lab.benchmark.amber.Amber;
import io.mdpo.lab.benchmark.amber.AmberPart;
import io.mdpo.lab.benchmark.amber.Similarities;
import io.mdpo.lab.benchmark.chair.ObjectHalBench;
import io.mdpo.lab.benchmark.mmhal.HttpJudge;
import io.mdpo.lab.benchmark.mmhal.MmHalBench;
import io.mdpo.lab.benchmark.text.NltkTagger;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which benchmark, and what it is scored with. */
final class BenchmarkOptions {
    private enum Name {
        AMBER,
        OBJECT_HALBENCH,
        MMHAL
    }

    @Option(
            names = "--benchmark",
            required = true,
            paramLabel = "NAME",
            converter = BenchmarkNames.class,
            description = "amber, object-halbench or mmhal.")
    private Name name = Name.AMBER;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Holds the benchmark's files.")
    private Path data = Path.of("");

    @Option(names = "--limit", paramLabel = "N", description = "Asks the first N questions only.")
    private Optional<Integer> limit = Optional.empty();

    @Option(
            names = "--part",
            paramLabel = "PART",
            defaultValue = "all",
            converter = PartNames.class,
            description = {
                "amber: all, generative, discriminative,",
                "existence, attribute or relation (${DEFAULT-VALUE})."
            })
    private AmberPart part = AmberPart.ALL;

    @Option(names = "--similarities", paramLabel = "FILE", description = "amber: how alike words are.")
    private Optional<Path> similarities = Optional.empty();

    @Option(names = "--tagger", paramLabel = "DIR", description = "amber: NLTK's averaged_perceptron_tagger_eng.")
    private Optional<Path> tagger = Optional.empty();

    @Option(
            names = "--judge-model",
            paramLabel = "NAME",
            description = {
                "mmhal: which model judges, at the address in",
                HttpJudge.URL_VARIABLE + " with the key in " + HttpJudge.KEY_VARIABLE + "."
            })
    private Optional<String> judgeModel = Optional.empty();

    @Option(names = "--reviews", paramLabel = "FILE", description = "mmhal: keeps what the judge said.")
    private Optional<Path> reviews = Optional.empty();

    /** What is wrong with the combination of options. */
    Optional<String> problem() {
        if (limit.filter(n -> n < 1).isPresent()) {
            return Optional.of("--limit has to be 1 or more");
        }
        boolean ofAmber = part != AmberPart.ALL || similarities.isPresent() || tagger.isPresent();
        if (ofAmber && name != Name.AMBER) {
            return Optional.of("--part, --similarities and --tagger are options of --benchmark amber");
        }
        boolean ofJudge = judgeModel.isPresent() || reviews.isPresent();
        if (ofJudge && name != Name.MMHAL) {
            return Optional.of("--judge-model and --reviews are options of --benchmark mmhal");
        }
        return name == Name.MMHAL && judgeModel.isEmpty()
                ? Optional.of("--benchmark mmhal needs --judge-model")
                : Optional.empty();
    }

    Benchmark open() {
        return switch (name) {
            case AMBER ->
                Amber.open(
                        data,
                        new Amber.Settings(
                                part, limit, similarities.map(Similarities::read), tagger.map(NltkTagger::read)));
            case OBJECT_HALBENCH -> ObjectHalBench.open(data, limit);
            case MMHAL ->
                MmHalBench.open(data, limit, HttpJudge.of(System.getenv(), judgeModel.orElseThrow()), reviews);
        };
    }

    private static final class BenchmarkNames extends OptionNames<Name> {
        BenchmarkNames() {
            super(Name.class);
        }
    }

    private static final class PartNames extends OptionNames<AmberPart> {
        PartNames() {
            super(AmberPart.class);
        }
    }
}

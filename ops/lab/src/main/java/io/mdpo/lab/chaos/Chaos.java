package io.mdpo.lab.chaos;

import io.mdpo.lab.demo.FeedbackKind;
import io.mdpo.lab.demo.PairStream;
import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.learner.service.LearnerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The same pairs through the pipeline twice, once in peace and once under kills; the adapters have to be the same. */
public final class Chaos {
    /** The good pairs between two checkpoints. */
    public static final int PAIRS_A_CHECKPOINT = PipelineProcesses.BATCH * PipelineProcesses.CHECKPOINT_EVERY;

    private final int kills;
    private final int pairs;
    private final long seed;
    private final Function<Path, LearnerConfig> configs;

    /**
     * @param pairs good pairs, a multiple of {@link #PAIRS_A_CHECKPOINT}, so that none waits at the end
     * @param seed decides pairs, victims and moments
     * @param configs reads the learner's settings from a configuration file
     */
    public Chaos(int kills, int pairs, long seed, Function<Path, LearnerConfig> configs) {
        this.kills = kills;
        this.pairs = pairs;
        this.seed = seed;
        this.configs = configs;
    }

    /**
     * Runs both and compares.
     *
     * @param directory empty or new; takes data and logs
     */
    public ChaosReport run(Path directory) throws ExecutionException, InterruptedException {
        long start = System.nanoTime();
        var records = new ArrayList<ProducerRecord<String, byte[]>>();
        new PairStream(NounCatalogue.load(), pairs, seed, FeedbackKind.PAIRS).forEach(records::add);
        long steps = pairs / PipelineProcesses.BATCH;
        String uninterrupted;
        try (var peace = new ChaosRun(directory.resolve("uninterrupted"), seed, records, steps)) {
            peace.run(0, seed);
            uninterrupted = peace.lastCheckpoint().getSha256();
        }
        try (var run = new ChaosRun(directory.resolve("interrupted"), seed, records, steps)) {
            run.run(kills, seed);
            var last = run.lastCheckpoint();
            var ledger = run.ledger();
            var replayed = run.replay(configs.apply(run.config()));
            return new ChaosReport(
                    kills,
                    run.killed(),
                    run.endedByThemselves(),
                    ledger.entered(),
                    last.getPairsLearned(),
                    ledger.rejected(),
                    ledger.scored() - last.getPairsLearned() - last.getPairsRejected(),
                    ledger.lost(),
                    ledger.repeated(),
                    uninterrupted,
                    last.getSha256(),
                    replayed.size(),
                    replayed.stream()
                            .filter(comparison -> comparison.difference().isPresent())
                            .count(),
                    Math.round((System.nanoTime() - start) / 1e8) / 10.0);
        }
    }
}

package io.mdpo.ops.cli;

import io.mdpo.learner.checkpoint.AdapterExport;
import io.mdpo.learner.checkpoint.CheckpointStore;
import io.mdpo.learner.checkpoint.CheckpointTagger;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.KafkaFaults;
import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "checkpoints",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, exports and tags the checkpoints of a run.")
final class CheckpointsCommand {
    @Spec
    private CommandSpec spec;

    /** Which run. */
    static final class RunOptions {
        @Option(names = "--run", paramLabel = "ID", description = "The run; without it learner.run-id.")
        private Optional<String> run = Optional.empty();
    }

    @Command(mixinStandardHelpOptions = true, description = "Lists the checkpoints that are kept.")
    void list(@Mixin ConfigOptions options, @Mixin RunOptions run) {
        read(options, run, (store, id) -> {
            var out = spec.commandLine().getOut();
            out.printf(
                    "%10s  %-24s  %10s  %10s  %-64s  %s%n", "STEP", "CREATED", "LEARNED", "REFUSED", "SHA256", "TAGS");
            for (var checkpoint : store.list(id)) {
                out.printf(
                        "%10d  %-24s  %10d  %10d  %-64s  %s%n",
                        checkpoint.getStep(),
                        checkpoint.getCreatedAt(),
                        checkpoint.getPairsLearned(),
                        checkpoint.getPairsRejected(),
                        checkpoint.getSha256(),
                        String.join(",", store.tags(checkpoint)));
            }
            out.flush();
        });
    }

    @Command(mixinStandardHelpOptions = true, description = "Shows one checkpoint and checks its bytes.")
    void show(
            @Mixin ConfigOptions options,
            @Mixin RunOptions run,
            @Option(names = "--step", paramLabel = "N", description = "Without it the newest.") Optional<Long> step) {
        read(options, run, (store, id) -> {
            var checkpoint = find(store, id, step);
            store.verify(checkpoint);
            print(spec.commandLine().getOut(), checkpoint, store.tags(checkpoint));
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = {
                "Writes the adapter of a checkpoint as PEFT and vLLM read it:",
                "adapter_config.json and adapter_model.safetensors."
            })
    void export(
            @Mixin ConfigOptions options,
            @Mixin RunOptions run,
            @Option(names = "--step", paramLabel = "N", description = "Without it the newest.") Optional<Long> step,
            @Option(names = "--to", required = true, paramLabel = "DIR", description = "New or empty.") Path directory,
            @Option(
                            names = "--base-model",
                            paramLabel = "NAME",
                            description = "What PEFT shall load as the base: a path or a name on the Hugging Face hub.")
                    Optional<String> base) {
        read(options, run, (store, id) -> {
            var checkpoint = find(store, id, step);
            var adapter = new AdapterExport(store, checkpoint);
            try {
                adapter.write(directory, base);
            } catch (UncheckedIOException | IllegalArgumentException e) {
                throw new OperatorException(String.valueOf(e.getMessage()), e);
            }
            spec.commandLine()
                    .getOut()
                    .printf("step %d, sha256 %s, in %s%n", checkpoint.getStep(), checkpoint.getSha256(), directory);
            spec.commandLine().getOut().flush();
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Gives a checkpoint a name. Tagged checkpoints are kept for good.")
    void tag(
            @Mixin ConfigOptions options,
            @Mixin RunOptions run,
            @Option(names = "--step", required = true, paramLabel = "N", description = "The checkpoint's step.")
                    long step,
            @Parameters(paramLabel = "NAME", description = "For example best, or the date of a release.") String tag) {
        tagging(options, run, (tagger, store, id) -> {
            var checkpoint = tagger.tag(store, id, step, tag);
            print(spec.commandLine().getOut(), checkpoint, store.tags(checkpoint));
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Takes a tag away. The checkpoint is dropped with the next one, if it is not among the newest.")
    void untag(
            @Mixin ConfigOptions options,
            @Mixin RunOptions run,
            @Option(names = "--step", required = true, paramLabel = "N", description = "The checkpoint's step.")
                    long step,
            @Parameters(paramLabel = "NAME", description = "The tag.") String tag) {
        tagging(options, run, (tagger, store, id) -> {
            tagger.untag(store, id, step, tag);
            spec.commandLine().getOut().printf("step %d is no longer called %s%n", step, tag);
            spec.commandLine().getOut().flush();
        });
    }

    private interface Tagging {
        void of(CheckpointTagger tagger, CheckpointStore store, String runId);
    }

    private static void tagging(ConfigOptions options, RunOptions run, Tagging tagging) {
        var config = options.load().section("learner", LearnerConfig.class);
        var tagger = new CheckpointTagger(config.topicPrefix(), config.kafka());
        read(options, run, (store, id) -> {
            try {
                tagging.of(tagger, store, id);
            } catch (IllegalArgumentException e) {
                throw new OperatorException(String.valueOf(e.getMessage()), e);
            }
        });
    }

    private interface Reading {
        void of(CheckpointStore store, String runId);
    }

    private static void read(ConfigOptions options, RunOptions run, Reading reading) {
        var config = options.load().section("learner", LearnerConfig.class);
        try (var store = new CheckpointStore(config.topicPrefix(), config.kafka())) {
            reading.of(store, run.run.orElse(config.runId()));
        } catch (KafkaException e) {
            throw KafkaFaults.explain(e, config.kafka());
        }
    }

    private static Checkpoint find(CheckpointStore store, String runId, Optional<Long> step) {
        var found = step.isEmpty()
                ? store.latest(runId)
                : store.list(runId).stream()
                        .filter(checkpoint -> checkpoint.getStep() == step.get().longValue())
                        .findFirst();
        return found.orElseThrow(() -> new OperatorException(
                step.isEmpty()
                        ? "run %s has no checkpoint; see learner.run-id or --run".formatted(runId)
                        : "run %s has no checkpoint of step %d; list shows those that are kept"
                                .formatted(runId, step.get())));
    }

    private static void print(PrintWriter out, Checkpoint checkpoint, Set<String> tags) {
        line(out, "run", checkpoint.getRunId());
        line(out, "step", checkpoint.getStep());
        line(
                out,
                "parent step",
                Optional.ofNullable(checkpoint.getParentStep())
                        .map(String::valueOf)
                        .orElse("none"));
        line(out, "created", checkpoint.getCreatedAt());
        line(out, "pairs learned", checkpoint.getPairsLearned());
        line(out, "pairs refused", checkpoint.getPairsRejected());
        checkpoint
                .getOffsets()
                .forEach(at -> line(
                        out, "goes on at", "partition %d, offset %d".formatted(at.getPartition(), at.getOffset())));
        line(out, "reference", checkpoint.getReferenceId());
        line(out, "configuration", checkpoint.getConfigHash());
        checkpoint.getConfiguration().lines().forEach(setting -> line(out, "", setting));
        for (Blob blob : checkpoint.getBlobs()) {
            line(
                    out,
                    "blob",
                    "%s, %,d bytes in %d chunks, sha256 %s"
                            .formatted(blob.getName(), blob.getSizeBytes(), blob.getChunkCount(), blob.getSha256()));
        }
        line(
                out,
                "ledger",
                "%d steps since the parent".formatted(checkpoint.getLedger().size()));
        line(out, "tags", String.join(", ", tags));
        line(out, "bytes", "all there, digests match");
        out.flush();
    }

    private static void line(PrintWriter out, String what, Object value) {
        out.printf("%-14s %s%n", what, value);
    }
}

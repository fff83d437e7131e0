package io.mdpo.learner.service;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.objective.ObjectiveConfig;
import io.mdpo.learner.optimizer.OptimizerConfig;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.Topic;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PackedScores.Recording;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Settings of the learning service.
 *
 * @param topicPrefix first part of every topic name
 * @param groupId consumer group under which the offsets are committed, for lag monitoring
 * @param runId names the lineage of checkpoints; only one learner of a run is alive at a time
 * @param kafka settings for every Kafka client, {@code bootstrap.servers} among them
 * @param model the base of the policy, and the adapter that it starts from
 * @param seed decides the initial adapter
 * @param batchSize pairs in one optimizer step
 * @param checkpointEverySteps steps between checkpoints
 * @param keepCheckpoints untagged checkpoints that are kept
 * @param lora the adapter
 * @param objective the loss
 * @param optimizer the step
 * @param onReferenceMismatch what to do with a pair that another reference scored
 * @param maxRefusalsInARow the learner stops when so many pairs in a row are refused: then the fault is not theirs
 * @param maxFailuresInARow the learner stops when so many pairs in a row fail in a way that nobody foresaw
 * @param maxNonFinitePairs the learner stops when more pairs since its start gave a loss or gradient that is not finite
 * @param maxQueuedBytes most bytes of records that are read ahead of the step, beside those of its own batch; one is always
 * @param maxMicroBatchTokens most tokens with a gradient at once; more accumulate over several micro-batches
 * @param activationCheckpointing keeps only layer inputs for the way back and computes layers twice: less memory, the
 *     same weights
 */
@RecordBuilder
public record LearnerConfig(
        String topicPrefix,
        String groupId,
        String runId,
        Map<String, String> kafka,
        ModelConfig model,
        long seed,
        int batchSize,
        int checkpointEverySteps,
        int keepCheckpoints,
        LoraConfig lora,
        ObjectiveConfig objective,
        OptimizerConfig optimizer,
        MismatchPolicy onReferenceMismatch,
        int maxRefusalsInARow,
        int maxFailuresInARow,
        int maxNonFinitePairs,
        long maxQueuedBytes,
        int maxMicroBatchTokens,
        boolean activationCheckpointing)
        implements LearnerConfigBuilder.With {
    /** What to do with a pair whose log-probs another reference computed. */
    public enum MismatchPolicy {
        /** Stop and move no offset: an operator gave scorer and learner different models. */
        STOP,
        /** Refuse the pair and go on: what an older reference scored shall not be learned. */
        DEAD_LETTER
    }

    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public LearnerConfig {
        kafka = Map.copyOf(kafka);
        require(!topicPrefix.isBlank(), "topic-prefix", "is empty; the default is " + Topic.DEFAULT_PREFIX);
        require(!groupId.isBlank(), "group-id", "is empty; the default is mdpo-learner");
        require(
                RUN_ID.matcher(runId).matches(),
                "run-id",
                "is '%s'; it has to be 1 to 100 letters, digits, dots, dashes or underscores".formatted(runId));
        require(
                kafka.containsKey("bootstrap.servers"),
                "kafka.bootstrap.servers",
                "is missing; name at least one broker, for example localhost:9092");
        require(batchSize > 0, "batch-size", "is " + batchSize + "; it has to be at least 1");
        require(
                checkpointEverySteps > 0,
                "checkpoint-every-steps",
                "is " + checkpointEverySteps + "; it has to be at least 1");
        require(keepCheckpoints > 0, "keep-checkpoints", "is " + keepCheckpoints + "; it has to be at least 1");
        require(
                maxRefusalsInARow > 0,
                "max-refusals-in-a-row",
                "is " + maxRefusalsInARow + "; it has to be at least 1");
        require(maxNonFinitePairs >= 0, "max-non-finite-pairs", "is " + maxNonFinitePairs + "; it has to be 0 or more");
        var unusedCount = new FailuresInARow(maxFailuresInARow);
        require(maxQueuedBytes > 0, "max-queued-bytes", "is " + maxQueuedBytes + "; it has to be at least 1");
        require(
                maxMicroBatchTokens > 0,
                "max-micro-batch-tokens",
                "is " + maxMicroBatchTokens + "; it has to be at least 1");
    }

    public static LearnerConfig defaults() {
        return LearnerConfigBuilder.builder()
                .topicPrefix(Topic.DEFAULT_PREFIX)
                .groupId("mdpo-learner")
                .runId("default")
                .kafka(Map.of("bootstrap.servers", "localhost:9092"))
                .model(ModelConfig.defaults())
                .seed(0)
                .batchSize(32)
                .checkpointEverySteps(20)
                .keepCheckpoints(5)
                .lora(LoraConfig.defaults())
                .objective(ObjectiveConfig.defaults())
                .optimizer(OptimizerConfig.defaults())
                .onReferenceMismatch(MismatchPolicy.STOP)
                .maxRefusalsInARow(1000)
                .maxFailuresInARow(FailuresInARow.DEFAULT_MOST)
                .maxNonFinitePairs(100)
                .maxQueuedBytes(128 << 20)
                .maxMicroBatchTokens(2_048)
                .activationCheckpointing(false)
                .build();
    }

    /** Opens the model and attaches an adapter; the caller closes the trainer. */
    public PolicyTrainer openTrainer() {
        return PolicyTrainer.open(model, policy(), activationCheckpointing ? Recording.LAYER_INPUTS : Recording.GRAPH);
    }

    /** What decides the policy beside model and data. */
    PolicyTrainer.Settings policy() {
        return new PolicyTrainer.Settings(lora, objective, optimizer, seed, batchSize, maxMicroBatchTokens);
    }

    /** One per run, so that a second learner of the run fences the first. */
    String transactionalId() {
        return topicPrefix + "-learner-" + runId;
    }
}

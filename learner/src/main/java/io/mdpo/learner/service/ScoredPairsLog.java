package io.mdpo.learner.service;

import io.mdpo.learner.service.Intake.Incoming;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The scored pairs in offset order, decoded and prepared ahead of the step that needs them.
 *
 * <p>The partition is assigned, not subscribed to: there is one partition and one learner of a run, no group can take
 * the partition away, and a step may last as long as it likes without a poll.
 */
final class ScoredPairsLog implements AutoCloseable {
    /** Longest wait for records: how fast a close is seen. */
    private static final Duration POLL = Duration.ofMillis(200);

    private final LearnerConfig config;
    private final Consumer<byte[], byte[]> consumer;
    private final Intake intake;
    private final Queue<Incoming> ahead = new ArrayDeque<>();
    private long bytesAhead;
    private long taken;
    private Iterator<ConsumerRecord<byte[], byte[]>> records = Collections.emptyIterator();

    ScoredPairsLog(LearnerConfig config, Consumer<byte[], byte[]> consumer, Trainer trainer) {
        this.config = config;
        this.consumer = consumer;
        this.intake = new Intake(trainer);
    }

    /** Goes on at an offset; throws {@link ScoredPairsLogException} if the topic does not hold it. */
    void seek(long offset) {
        var topic = Topic.SCORED_PAIRS.name(config.topicPrefix());
        int partitions = consumer.partitionsFor(topic).size();
        if (partitions != 1) {
            throw new ScoredPairsLogException(
                    "%s has %d partitions; a run learns in one total order, so create it with exactly one"
                            .formatted(topic, partitions));
        }
        var partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (offset < begin || offset > end) {
            throw new ScoredPairsLogException(
                    ("%s holds the offsets from %d to before %d, but run %s goes on at %d; restore the topic, or start a "
                                    + "new run with another run-id")
                            .formatted(topic, begin, end, config.runId(), offset));
        }
        consumer.seek(partition, offset);
    }

    /** Throws {@link ScoredPairsLogException} if the topic ends before an offset; call {@link #seek} first. */
    void requireUpTo(long offset) {
        var partition = consumer.assignment().iterator().next();
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (end < offset) {
            throw new ScoredPairsLogException("%s ends at %d, but the checkpoints of run %s were made up to %d"
                    .formatted(partition.topic(), end, config.runId(), offset));
        }
    }

    /** The next record, if one comes in time. */
    Optional<Incoming> next() {
        readAhead();
        var next = Optional.ofNullable(ahead.poll());
        next.ifPresent(incoming -> {
            bytesAhead -= incoming.bytes();
            taken = incoming.place().offset() + 1;
        });
        return next;
    }

    /**
     * Keeps records in preparation, of two steps and of so many bytes at most, but one always; waits for records only if there
     * is nothing else to do.
     */
    private void readAhead() {
        while (ahead.isEmpty() || (ahead.size() < 2 * config.batchSize() && bytesAhead < config.maxQueuedBytes())) {
            if (!records.hasNext()) {
                records = consumer.poll(ahead.isEmpty() ? POLL : Duration.ZERO).iterator();
            }
            if (!records.hasNext()) {
                return;
            }
            var incoming = intake.start(records.next());
            bytesAhead += incoming.bytes();
            ahead.add(incoming);
        }
    }

    /** The offset from which the next record comes, or would come. */
    long position() {
        if (!ahead.isEmpty()) {
            return ahead.element().place().offset();
        }
        return records.hasNext()
                ? taken
                : consumer.position(consumer.assignment().iterator().next());
    }

    @Override
    public void close() {
        intake.close();
    }
}

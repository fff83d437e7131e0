package io.mdpo.scorer.service;

import io.mdpo.kafka.Transactions;
import io.mdpo.schemas.FailuresInARow;
import io.mdpo.schemas.Topic;
import io.mdpo.scorer.gate.DisagreementGate;
import io.mdpo.scorer.service.ReferenceScorer.Outcome;
import io.mdpo.scorer.service.ScoringBatch.Result;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Read, score, write: the results of one poll and its offsets are one transaction.
 *
 * <p>Scoring happens before the transaction begins, because the broker's transaction timeout runs from the first record
 * sent. If it takes long, the partitions are paused and the loop goes on polling, so that the group does not take the
 * instance for dead. Those polls may hand partitions to other instances. Their pairs will be scored there, so a batch
 * that lost one is dropped and read again, without the partition that is gone.
 */
final class ScoringLoop implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(ScoringLoop.class);

    /** Longest wait for records, and the interval of polls during scoring: how fast a close or a rebalance is seen. */
    private static final Duration POLL = Duration.ofMillis(200);

    private final String topicPrefix;
    private final Consumer<byte[], byte[]> consumer;
    private final Transactions transactions;
    private final ScoringThread scoring;
    private final DisagreementGate gate;
    private final FailuresInARow failures;
    private final ScorerMetrics metrics;
    private final Set<TopicPartition> lost = new HashSet<>();
    private boolean busy;

    ScoringLoop(
            String topicPrefix,
            Consumer<byte[], byte[]> consumer,
            Transactions transactions,
            ScoringThread scoring,
            DisagreementGate gate,
            FailuresInARow failures,
            ScorerMetrics metrics) {
        this.topicPrefix = topicPrefix;
        this.consumer = consumer;
        this.transactions = transactions;
        this.scoring = scoring;
        this.gate = gate;
        this.failures = failures;
        this.metrics = metrics;
    }

    void subscribe() {
        consumer.subscribe(List.of(Topic.PAIRS.name(topicPrefix), Topic.HELDOUT_PAIRS.name(topicPrefix)), this);
    }

    /** One poll and what follows from it. */
    void turn() {
        var records = consumer.poll(POLL);
        lost.clear();
        if (records.isEmpty()) {
            return;
        }
        var timer = metrics.startBatch();
        var unknown = gate.unknown(records.partitions());
        if (!unknown.isEmpty()) {
            consumer.committed(unknown).forEach(gate::restore);
        }
        var batch = new ScoringBatch(records);
        var results = batch.results(score(batch), gate);
        results.forEach(this::count);
        if (Collections.disjoint(lost, records.partitions()) && publish(records, results)) {
            metrics.committed(results, timer);
        } else {
            goBackToCommitted();
        }
    }

    private void count(Result result) {
        if (result instanceof Result.Rejected rejected) {
            failures.count(
                    Optional.of(rejected.letter().reason()), rejected.letter().message());
        } else {
            failures.count(Optional.empty(), "");
        }
    }

    private List<Outcome> score(ScoringBatch batch) {
        var pairs = batch.pairs();
        if (pairs.isEmpty()) {
            return List.of();
        }
        busy = true;
        try {
            return scoring.score(pairs, POLL, this::stayInGroup);
        } finally {
            busy = false;
            consumer.resume(consumer.paused());
        }
    }

    private void stayInGroup() {
        consumer.pause(consumer.assignment());
        if (!consumer.poll(Duration.ZERO).isEmpty()) {
            throw new IllegalStateException("a poll returned records although every partition is paused");
        }
    }

    private boolean publish(ConsumerRecords<byte[], byte[]> records, List<Result> results) {
        return transactions.commit(producer -> {
            for (var result : results) {
                // A failed send fails the commit: its future need not be looked at.
                var unused = producer.send(result.toRecord(topicPrefix));
            }
            var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
            records.nextOffsets().forEach((partition, next) -> offsets.put(partition, gate.withState(partition, next)));
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        });
    }

    private void goBackToCommitted() {
        // Read-committed: this waits until a transaction of another instance on these partitions is settled.
        var committed = consumer.committed(consumer.assignment());
        committed.forEach((partition, offset) -> {
            gate.restore(partition, offset);
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        });
        log.atWarn()
                .addKeyValue("partitions", committed.keySet())
                .log("batch dropped, going back to the committed offsets");
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (busy) {
            consumer.pause(partitions);
        }
        log.atInfo().addKeyValue("partitions", partitions).log("assigned");
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        lost.addAll(partitions);
        partitions.forEach(gate::forget);
        log.atInfo().addKeyValue("partitions", partitions).log("revoked");
    }
}

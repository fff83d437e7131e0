package io.mdpo.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs pieces of work as Kafka transactions under one transactional id. A transaction ends in one of three ways: it is
 * committed, it is rolled back and may be tried again, or the service has to stop. Not thread-safe.
 *
 * <p>Which failures belong to which way is decided on the whole chain of causes, because the producer wraps the first
 * failure into a plain {@link KafkaException} at every later call.
 */
public final class Transactions implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Transactions.class);

    private static final List<Class<? extends Exception>> FENCED =
            List.of(ProducerFencedException.class, FencedInstanceIdException.class);
    private static final List<Class<? extends Exception>> MAY_BE_TRIED_AGAIN = List.of(
            RetriableException.class,
            CommitFailedException.class,
            TransactionAbortableException.class,
            InvalidTxnStateException.class,
            InvalidProducerEpochException.class,
            InvalidPidMappingException.class,
            OutOfOrderSequenceException.class);

    private final String transactionalId;
    private final Supplier<Producer<byte[], byte[]>> opener;
    private final MeterRegistry registry;
    private Session session;

    /**
     * Opens a producer, fences every older one with the same id and settles the transaction it may have left.
     *
     * @param opener makes a new producer with that transactional id; called again when a producer is beyond repair
     */
    public Transactions(String transactionalId, Supplier<Producer<byte[], byte[]>> opener, MeterRegistry registry) {
        this.transactionalId = transactionalId;
        this.opener = opener;
        this.registry = registry;
        this.session = open();
    }

    /**
     * Runs the work in a transaction and commits it.
     *
     * @return true if this call committed; false if the transaction is settled but not known to be committed, so that
     *     the caller has to read what is committed before it goes on
     * @throws FencedException another instance took the transactional id
     * @throws KafkaException trying again cannot help: no permission, a record that is too large
     */
    public boolean commit(Consumer<Producer<byte[], byte[]>> work) {
        var producer = session.producer;
        try {
            producer.beginTransaction();
            work.accept(producer);
            producer.commitTransaction();
            return true;
        } catch (KafkaException e) {
            rollBack(e);
            return false;
        }
    }

    private void rollBack(KafkaException failure) {
        stopIfFenced(failure);
        if (!hasCause(failure, MAY_BE_TRIED_AGAIN)) {
            throw failure;
        }
        log.atWarn()
                .addKeyValue("transactionalId", transactionalId)
                .setCause(failure)
                .log("transaction failed, rolling back");
        try {
            // Also when the state looks broken: this is where a zombie learns from the coordinator that it is fenced.
            // Opening a new producer without asking would take the id back from the instance that is alive.
            session.producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            // Illegal state: a commit timed out. The transaction timed out, or its outcome is unknown: opening settles
            // it.
            stopIfFenced(e);
            session.close(Duration.ZERO);
            session = open();
        }
    }

    private Session open() {
        var producer = opener.get();
        var opened = new Session(producer, new KafkaClientMetrics(producer));
        try {
            producer.initTransactions();
            opened.metrics.bindTo(registry);
            return opened;
        } catch (RuntimeException e) {
            opened.close(Duration.ZERO);
            throw e;
        }
    }

    private void stopIfFenced(RuntimeException failure) {
        if (hasCause(failure, FENCED)) {
            throw new FencedException(transactionalId, failure);
        }
    }

    private static boolean hasCause(Throwable failure, List<Class<? extends Exception>> types) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> types.stream().anyMatch(type -> type.isInstance(cause)));
    }

    /** Closes the producer; an unfinished transaction is aborted. */
    @Override
    public void close() {
        session.close(Duration.ofSeconds(30));
    }

    private record Session(Producer<byte[], byte[]> producer, KafkaClientMetrics metrics) {
        void close(Duration timeout) {
            metrics.close();
            producer.close(timeout);
        }
    }
}

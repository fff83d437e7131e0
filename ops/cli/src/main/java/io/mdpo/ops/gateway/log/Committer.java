package io.mdpo.ops.gateway.log;

import io.mdpo.kafka.FencedException;
import io.mdpo.kafka.KafkaClients;
import io.mdpo.lifecycle.Lifecycle;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.broker.KafkaFaults;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what waits in the {@link Intake} into the {@link EventLog}, one transaction after the other. While the brokers are
 * away the intake is closed, and the log is opened again when they are back. Counts {@code mdpo.gateway.accepted} and
 * {@code mdpo.gateway.repeated} events and times {@code mdpo.gateway.commit}.
 */
public final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** An outage is noticed in seconds, not in the clients' two minutes: clients of the gateway send again. */
    private static final Map<String, String> IMPATIENT = Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000");

    private final String topicPrefix;
    private final Map<String, String> kafka;
    private final int rememberedIds;
    private final MeterRegistry registry;
    private final Counter accepted;
    private final Counter repeated;
    private final Timer commits;

    /**
     * A committer that has not begun.
     *
     * @param kafka the operator's settings of the clients
     * @param rememberedIds how many ids are known again after a restart, at most
     */
    public Committer(String topicPrefix, Map<String, String> kafka, int rememberedIds, MeterRegistry registry) {
        this.topicPrefix = topicPrefix;
        this.kafka = new HashMap<>(IMPATIENT);
        this.kafka.putAll(kafka);
        this.rememberedIds = rememberedIds;
        this.registry = registry;
        this.accepted = registry.counter("mdpo.gateway.accepted");
        this.repeated = registry.counter("mdpo.gateway.repeated");
        this.commits = registry.timer("mdpo.gateway.commit");
    }

    /**
     * Works until it is told to end; then commits what waits and ends.
     *
     * @throws FencedException another gateway has taken over
     * @throws OperatorException a topic or a right is missing
     */
    public void run(Intake intake, Lifecycle life) throws InterruptedException {
        while (!life.isStopping()) {
            try (var log = EventLog.open(topicPrefix, new KafkaClients(kafka), rememberedIds, registry)) {
                LOG.atInfo().addKeyValue("remembered", log.remembered()).log("the gateway takes events");
                intake.open();
                life.working(true);
                carry(intake, log, life);
            } catch (KafkaException e) {
                explainIfFinal(e);
                LOG.atWarn().setCause(e).log("the brokers take no records; trying again");
            } finally {
                intake.close();
                intake.failAll();
            }
            if (!life.isStopping()) {
                life.working(false);
                life.awaitStop(PAUSE);
            }
        }
    }

    /** Returns when the service ends and nothing waits, or when the log has to be opened anew. */
    private void carry(Intake intake, EventLog log, Lifecycle life) throws InterruptedException {
        while (!life.isStopping() || !intake.isEmpty()) {
            if (life.isStopping()) {
                intake.close();
            }
            var batch = intake.take(LOOK_EVERY);
            if (!batch.isEmpty() && !commit(batch, log)) {
                return;
            }
        }
    }

    private boolean commit(List<Intake.Request> batch, EventLog log) {
        try {
            var start = System.nanoTime();
            var receipts = log.commit(batch.stream().map(Intake.Request::events).toList());
            if (receipts.isEmpty()) {
                return false;
            }
            commits.record(Duration.ofNanos(System.nanoTime() - start));
            for (int i = 0; i < batch.size(); i++) {
                var receipt = receipts.get().get(i);
                accepted.increment(receipt.accepted());
                repeated.increment(receipt.repeated());
                batch.get(i).receipt().complete(receipt);
            }
            return true;
        } finally {
            // Those that have their receipt are not touched by it.
            batch.forEach(Intake.Request::fail);
        }
    }

    /** Passwords and rights do not come back by themselves. */
    private void explainIfFinal(KafkaException failure) {
        boolean isFinal = Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof AuthenticationException || cause instanceof AuthorizationException);
        if (isFinal) {
            throw KafkaFaults.explain(failure, kafka);
        }
    }
}

package io.mdpo.ops.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.DeadLetterHeaders;
import io.mdpo.schemas.Topic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Sends the originals of dead letters again, all in one transaction. A record that is sent names its letter in the header
 * {@link DeadLetterHeaders#RETRY_OF}; a letter whose record is there already is not sent a second time unless that is
 * asked for.
 */
public final class Retry {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(5);

    /** How far the clocks of two machines that retry may differ. */
    private static final Duration CLOCKS = Duration.ofHours(1);

    private final DeadLetterLog log;
    private final Options options;

    /**
     * How letters are sent.
     *
     * @param newIds whether pairs get new ids
     * @param again whether letters are sent that were sent before
     * @param limit most letters that are sent, from the lowest offset on
     */
    public record Options(boolean newIds, boolean again, int limit) {}

    /** What was, or would be, done. */
    public record Result(long sent, long skipped) {}

    /** Hears what becomes of each letter. */
    public interface Listener {
        void sent(DeadLetter letter, String topic, String key);

        void skipped(DeadLetter letter, String why);
    }

    public Retry(DeadLetterLog log, Options options) {
        this.log = log;
        this.options = options;
    }

    /** Says what {@link #run} would do. */
    public Result plan(DeadLetterFilter filter, Listener listener) {
        return new Pass(filter, listener).all(record -> {});
    }

    /**
     * Sends the letters that match.
     *
     * @throws OperatorException if it failed; then nothing was sent
     */
    public Result run(DeadLetterFilter filter, Listener listener) {
        var id = log.topicPrefix() + "-rejected-retry";
        try (var producer = log.clients().producer(id, TRANSACTION_TIMEOUT)) {
            // Ends what another retry has open, so that what it sent is either seen below or never comes to be.
            producer.initTransactions();
            return inTransaction(producer, new Pass(filter, listener));
        } catch (KafkaException e) {
            throw new OperatorException("nothing was sent again: " + e.getMessage(), e);
        }
    }

    private static Result inTransaction(Producer<byte[], byte[]> producer, Pass pass) {
        producer.beginTransaction();
        try {
            var result = pass.all(ready -> {
                // A failed send fails the commit: its future need not be looked at.
                var unused = producer.send(ready.record());
            });
            producer.commitTransaction();
            return result;
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw e;
        } catch (RuntimeException e) {
            producer.abortTransaction();
            throw e;
        }
    }

    /** A letter's record in the topic that it was sent to: the same header stands in topics further on, too. */
    private record Sent(Topic topic, String offset) {}

    private interface Sending {
        void send(Resend.Ready ready);
    }

    /** One look at the letters; the first finds which of them are meant, the second reads their originals. */
    private final class Pass {
        private final Listener listener;
        private final Set<Long> chosen = new HashSet<>();
        private final Map<Sent, String> sentBefore = new HashMap<>();
        private long sent;
        private long skipped;

        Pass(DeadLetterFilter filter, Listener listener) {
            this.listener = listener;
            var since = new EnumMap<Topic, Long>(Topic.class);
            var unused = log.read(filter, letter -> {
                if (chosen.size() < options.limit()) {
                    chosen.add(letter.offset());
                    since.merge(
                            Resend.target(letter, log.topicPrefix()),
                            letter.time().toEpochMilli(),
                            Math::min);
                }
            });
            since.forEach(this::findSentBefore);
        }

        /** A record that was sent again has the time of its sending, which is after that of its letter. */
        private void findSentBefore(Topic topic, long time) {
            long now = System.currentTimeMillis();
            // A letter of ingest has the time that a producer made up.
            long from = time > now ? 0 : Math.max(0, time - CLOCKS.toMillis());
            log.readSince(topic.name(log.topicPrefix()), from, record -> {
                var header = record.headers().lastHeader(DeadLetterHeaders.RETRY_OF);
                if (header != null && header.value() != null) {
                    sentBefore.putIfAbsent(
                            new Sent(topic, new String(header.value(), UTF_8)),
                            "%s-%d at offset %d".formatted(record.topic(), record.partition(), record.offset()));
                }
            });
        }

        Result all(Sending sending) {
            if (!chosen.isEmpty()) {
                var unused = log.read(DeadLetterFilter.of(chosen), letter -> one(letter, sending));
            }
            return new Result(sent, skipped);
        }

        private void one(DeadLetter letter, Sending sending) {
            var before =
                    sentBefore.get(new Sent(Resend.target(letter, log.topicPrefix()), Long.toString(letter.offset())));
            if (before != null && !options.again()) {
                skip(letter, "it was sent again already, see %s; --again sends it once more".formatted(before));
                return;
            }
            var resend = Resend.of(letter, log.topicPrefix(), log.decoder(), options.newIds());
            if (resend instanceof Resend.Skipped no) {
                skip(letter, no.why());
            } else if (resend instanceof Resend.Ready ready) {
                sending.send(ready);
                sent++;
                listener.sent(
                        letter,
                        ready.record().topic(),
                        Printable.bytes(ready.record().key()));
            }
        }

        private void skip(DeadLetter letter, String why) {
            skipped++;
            listener.skipped(letter, Printable.text(why));
        }
    }
}

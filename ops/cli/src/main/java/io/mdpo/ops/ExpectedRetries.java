package io.mdpo.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Leaves one warning of Kafka's producer out of the log: with transactions v2 a transaction that begins while the markers of
 * the last one are being written has its first batch refused, and sends it again (KIP-890, KAFKA-18202). On a busy broker
 * that is every other transaction, and there is nothing to do about it.
 */
public final class ExpectedRetries extends Filter<ILoggingEvent> {
    private static final String LOGGER = "org.apache.kafka.clients.producer.internals.Sender";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLoggerName().equals(LOGGER) && isExpected(event.getFormattedMessage())
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    static boolean isExpected(String message) {
        return message.contains(", retrying (") && message.endsWith("Error: CONCURRENT_TRANSACTIONS");
    }
}

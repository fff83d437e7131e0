package io.mdpo.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ExpectedRetriesTest {
    private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";
    private static final String RETRY =
            "Got error produce response with correlation id 12 on topic-partition t-0, retrying (9 attempts left). Error: ";

    @Test
    void onlyTheRetryOfATransactionThatBeganTooEarlyIsLeftOut() {
        assertThat(decide(SENDER, RETRY + "CONCURRENT_TRANSACTIONS")).isEqualTo(FilterReply.DENY);
        assertThat(decide(SENDER, RETRY + "NOT_ENOUGH_REPLICAS")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide(SENDER, "Got error. Error: CONCURRENT_TRANSACTIONS")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("io.mdpo.ingest", RETRY + "CONCURRENT_TRANSACTIONS")).isEqualTo(FilterReply.NEUTRAL);
    }

    private static FilterReply decide(String logger, String message) {
        var source = (Logger) LoggerFactory.getLogger(logger);
        return new ExpectedRetries()
                .decide(new LoggingEvent(
                        ExpectedRetriesTest.class.getName(), source, Level.WARN, message, null, new Object[0]));
    }
}

package io.mdpo.ops.broker;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.config.Secrets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** Says in one sentence what a failure of a Kafka client means to the person who configured it, and tells no secret. */
public final class KafkaFaults {
    private KafkaFaults() {}

    /**
     * The failure as an operator's error.
     *
     * @param kafka the settings of the client that failed
     */
    public static OperatorException explain(Throwable failure, Map<String, String> kafka) {
        var causes = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .toList();
        var messages = causes.stream()
                .map(cause -> String.valueOf(cause.getMessage()))
                .distinct()
                .collect(Collectors.joining(": "));
        if (messages.contains("JAAS config") || !Secrets.redact(messages, kafka).equals(messages)) {
            // Without the cause, which a stack trace would quote. The parser tells pieces of what it reads, and pieces
            // of a
            // password cannot be found in its sentence.
            return new OperatorException(
                    "a secret among the Kafka settings cannot be read, and is not shown: kafka.sasl.jaas.config needs the "
                            + "form LoginModule required name=\"value\" ...; with the semicolon");
        }
        return new OperatorException(sentence(causes, messages, kafka), failure);
    }

    private static String sentence(List<? extends Throwable> causes, String messages, Map<String, String> kafka) {
        var brokers = kafka.getOrDefault("bootstrap.servers", "the brokers");
        for (var cause : causes) {
            if (cause instanceof SslAuthenticationException) {
                return "no TLS connection to %s (%s): check kafka.ssl.truststore.*, and that the certificate names the host"
                        .formatted(brokers, messages);
            } else if (cause instanceof AuthenticationException) {
                return "%s refused the login (%s): check kafka.security.protocol, sasl.mechanism and sasl.jaas.config"
                        .formatted(brokers, cause.getMessage());
            } else if (cause instanceof AuthorizationException) {
                return "the user lacks a right on %s (%s): see its ACLs".formatted(brokers, cause.getMessage());
            }
        }
        return "the Kafka client of %s failed: %s".formatted(brokers, messages);
    }
}

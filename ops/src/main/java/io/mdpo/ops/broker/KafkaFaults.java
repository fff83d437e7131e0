package io.mdpo.ops.broker;

import io.mdpo.ops.OperatorException;
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
        return new OperatorException(Secrets.redact(sentence(causes, kafka), kafka), failure);
    }

    private static String sentence(List<? extends Throwable> causes, Map<String, String> kafka) {
        var brokers = kafka.getOrDefault("bootstrap.servers", "the brokers");
        var messages = causes.stream()
                .map(cause -> String.valueOf(cause.getMessage()))
                .distinct()
                .collect(Collectors.joining(": "));
        if (messages.contains("JAAS config")) {
            // The parser quotes pieces of the text, which may be pieces of a password.
            return "kafka.sasl.jaas.config cannot be read, and is not shown because it holds a secret: it needs the form "
                    + "LoginModule required name=\"value\" ...; with the semicolon";
        }
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

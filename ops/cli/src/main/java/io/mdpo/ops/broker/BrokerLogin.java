package io.mdpo.ops.broker;

import io.mdpo.operator.OperatorException;
import io.mdpo.ops.config.Secrets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs in once before any work begins. A wrong password or certificate then ends the process at once and with a sentence,
 * and not after a model was loaded. Brokers that do not answer are no error: services wait for them.
 */
public final class BrokerLogin {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerLogin.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private BrokerLogin() {}

    /**
     * Connects with the settings and disconnects.
     *
     * @throws OperatorException if the brokers refuse the login, or the settings cannot be used
     */
    public static void check(Map<String, String> kafka) {
        var settings = new HashMap<String, Object>(kafka);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        try (var admin = Admin.create(settings)) {
            var unused = admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthenticationException) {
                throw KafkaFaults.explain(e.getCause(), kafka);
            }
            warn(kafka, String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            warn(kafka, "no answer for %d s".formatted(PATIENCE.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            throw KafkaFaults.explain(e, kafka);
        }
    }

    private static void warn(Map<String, String> kafka, String why) {
        LOG.atWarn()
                .addKeyValue("brokers", kafka.get("bootstrap.servers"))
                .addKeyValue("why", Secrets.redact(why, kafka))
                .log("the brokers do not answer; waiting for them, see bootstrap.servers and security.protocol");
    }
}

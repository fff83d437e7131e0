package io.mdpo.ops.service;

import io.mdpo.lifecycle.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A service that the command line can start.
 *
 * @param name subcommand, section of the configuration, and value of the metrics' {@code service} label
 * @param purpose one sentence for the help
 * @param config record of the section
 * @param kafka the Kafka settings in the record
 * @param factory wires the service; it does not start to work yet
 */
public record ServiceKind<C extends Record>(
        String name,
        String purpose,
        Class<C> config,
        Function<C, Map<String, String>> kafka,
        BiFunction<C, MeterRegistry, Service> factory) {}

package io.mdpo.ops.cli;

import io.mdpo.ops.rejected.DeadLetterFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which dead letters a command is about. */
final class DeadLetterOptions {
    @Option(names = "--reason", paramLabel = "CODE", description = "Refused for this reason; can be repeated.")
    private Set<String> reasons = Set.of();

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            description = "Refused by ingest, scorer or learner, or dropped from quarantine; can be repeated.")
    private Set<Stage> stages = Set.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Refused at that time or later: 2026-01-31T12:00:00Z, or 90m, 24h, 7d ago.")
    private Optional<Instant> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", converter = Time.class, description = "Refused before that time.")
    private Optional<Instant> until = Optional.empty();

    @Option(
            names = {"--key", "--pair-id"},
            paramLabel = "ID",
            description = "With this key or pair id.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--from-offset", paramLabel = "N", description = "From this offset of rejected-pairs on.")
    private Optional<Long> fromOffset = Optional.empty();

    @Option(names = "--to-offset", paramLabel = "N", description = "Up to this offset, included.")
    private Optional<Long> toOffset = Optional.empty();

    DeadLetterFilter filter(Set<Long> offsets) {
        var names = new HashSet<String>();
        stages.forEach(stage -> names.add(stage.name()));
        return new DeadLetterFilter(offsets, fromOffset, toOffset, reasons, names, since, until, key);
    }

    /** Who refuses, as letters name them. */
    enum Stage {
        ingest,
        scorer,
        learner,
        quarantine
    }

    /** A time, or how long ago it was. */
    static final class Time implements ITypeConverter<Instant> {
        private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

        @Override
        public Instant convert(String text) {
            var ago = AGO.matcher(text);
            if (ago.matches()) {
                long count = Long.parseLong(ago.group(1));
                return Instant.now()
                        .minus(
                                switch (ago.group(2)) {
                                    case "s" -> Duration.ofSeconds(count);
                                    case "m" -> Duration.ofMinutes(count);
                                    case "h" -> Duration.ofHours(count);
                                    default -> Duration.ofDays(count);
                                });
            }
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'%s' is no time: write 2026-01-31T12:00:00Z, or 90m, 24h, 7d ago".formatted(text));
            }
        }
    }
}

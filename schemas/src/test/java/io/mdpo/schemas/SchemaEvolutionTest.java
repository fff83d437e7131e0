package io.mdpo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {
    /** Records that {@link Upgrade} reads: what releases 1 and 2 wrote of them does not resolve to release 3. */
    private static final Set<String> UPGRADED = Set.of("PreferencePair", "ScoredPair");

    static Stream<Arguments> everyRecordInEveryRelease() {
        return Arrays.stream(Topic.values()).flatMap(topic -> Arrays.stream(ReleasedSchemas.VERSIONS)
                .filter(version -> ReleasedSchemas.exists(version, name(topic)))
                .mapToObj(version -> Arguments.of(topic, version)));
    }

    static Stream<Arguments> everyRecordThatResolves() {
        return everyRecordInEveryRelease()
                .filter(arguments ->
                        !isUpgraded((Topic) arguments.get()[0], (int) arguments.get()[1]));
    }

    private static boolean isUpgraded(Topic topic, int version) {
        return version <= 2 && UPGRADED.contains(name(topic));
    }

    @ParameterizedTest
    @MethodSource("everyRecordThatResolves")
    void currentAndReleasedSchemasReadEachOther(Topic topic, int version) {
        var current = current(topic);
        var released = ReleasedSchemas.read(version, name(topic));

        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, released)
                        .getType())
                .as("current reads release %d", version)
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(released, current)
                        .getType())
                .as("release %d reads current", version)
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @ParameterizedTest
    @MethodSource("everyRecordInEveryRelease")
    void whatDoesNotResolveIsUpgradedInCode(Topic topic, int version) {
        var released = ReleasedSchemas.read(version, name(topic));

        assertThat(Upgrade.of(SchemaNormalization.parsingFingerprint64(released))
                        .isPresent())
                .isEqualTo(isUpgraded(topic, version))
                .isEqualTo(SchemaCompatibility.checkReaderWriterCompatibility(current(topic), released)
                                .getType()
                        == SchemaCompatibilityType.INCOMPATIBLE);
    }

    @Test
    void aRecordThatWasReleasedIsInEveryLaterRelease() {
        for (int version : ReleasedSchemas.VERSIONS) {
            for (var topic : Topic.values()) {
                assertThat(ReleasedSchemas.exists(version, name(topic))
                                || !ReleasedSchemas.exists(version - 1, name(topic)))
                        .as("%s in release %d", name(topic), version)
                        .isTrue();
            }
        }
    }

    /** A schema that differs from every committed one would make records no other release can find by fingerprint. */
    @Test
    void theCurrentSchemasAreTheLatestReleasedOnes() throws IOException {
        int latest = Arrays.stream(ReleasedSchemas.VERSIONS).max().orElseThrow();
        for (var topic : Topic.values()) {
            var name = name(topic);
            var generated = Path.of("target", "schemas", name + ".avsc");
            Files.createDirectories(generated.getParent());
            Files.writeString(generated, SchemaFormatter.format("json/pretty", current(topic)) + "\n");
        }
        for (var topic : Topic.values()) {
            var name = name(topic);
            assertThat(SchemaNormalization.parsingFingerprint64(ReleasedSchemas.read(latest, name)))
                    .as("%s changed: commit target/schemas/%s.avsc as a new released version", name, name)
                    .isEqualTo(SchemaNormalization.parsingFingerprint64(current(topic)));
        }
    }

    @Test
    void anIncompatibleChangeIsNoticed() {
        var released = ReleasedSchemas.read(1, "PreferencePair");
        var fields = released.getFields().stream()
                .filter(field -> !field.name().equals("chosen"))
                .map(field -> new Schema.Field(field.name(), field.schema()))
                .toList();
        var withoutChosen =
                Schema.createRecord(released.getName(), null, released.getNamespace(), false, List.copyOf(fields));

        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(released, withoutChosen)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    private static String name(Topic topic) {
        return topic.valueType().getSimpleName();
    }

    private static Schema current(Topic topic) {
        return SpecificData.getForClass(topic.valueType()).getSchema(topic.valueType());
    }
}

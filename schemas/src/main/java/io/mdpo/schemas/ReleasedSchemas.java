package io.mdpo.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every schema that was ever released, kept under {@code /released/<version>/<Record>.avsc}. A record written by an
 * older release is found by its fingerprint and resolved to the current schema.
 */
public final class ReleasedSchemas {
    /** Add a version here when its schemas are committed. */
    static final int[] VERSIONS = {1, 2, 3, 4};

    private static final Map<Long, Schema> BY_FINGERPRINT = IntStream.of(VERSIONS)
            .boxed()
            .flatMap(version -> Arrays.stream(Topic.values())
                    .map(topic -> topic.valueType().getSimpleName())
                    .distinct()
                    .filter(record -> exists(version, record))
                    .map(record -> read(version, record)))
            .collect(Collectors.toUnmodifiableMap(
                    SchemaNormalization::parsingFingerprint64, schema -> schema, (newest, same) -> same));

    private ReleasedSchemas() {}

    /** The schema of a topic's records, of whatever release, that has this fingerprint. */
    public static Optional<Schema> find(long fingerprint) {
        return Optional.ofNullable(BY_FINGERPRINT.get(fingerprint));
    }

    static SchemaStore of(Class<? extends SpecificRecord> type) {
        var store = new SchemaStore.Cache();
        for (int version : VERSIONS) {
            if (exists(version, type.getSimpleName())) {
                store.addSchema(read(version, type.getSimpleName()));
            }
        }
        return store;
    }

    /** Whether a release had this record. */
    static boolean exists(int version, String record) {
        return ReleasedSchemas.class.getResource(path(version, record)) != null;
    }

    static Schema read(int version, String record) {
        try (InputStream in = ReleasedSchemas.class.getResourceAsStream(path(version, record))) {
            if (in == null) {
                throw new IllegalStateException("no released schema at " + path(version, record));
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String path(int version, String record) {
        return "/released/%d/%s.avsc".formatted(version, record);
    }
}

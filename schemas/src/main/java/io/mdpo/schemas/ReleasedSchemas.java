package io.mdpo.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every schema that was ever released, kept under {@code /released/<version>/<Record>.avsc}. A record written by an
 * older release is found by its fingerprint and resolved to the current schema.
 */
final class ReleasedSchemas {
    /** Add a version here when its schemas are committed. */
    static final int[] VERSIONS = {1, 2};

    private ReleasedSchemas() {}

    static SchemaStore of(Class<? extends SpecificRecord> type) {
        var store = new SchemaStore.Cache();
        for (int version : VERSIONS) {
            store.addSchema(read(version, type.getSimpleName()));
        }
        return store;
    }

    static Schema read(int version, String record) {
        var path = "/released/%d/%s.avsc".formatted(version, record);
        try (var in = ReleasedSchemas.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("no released schema at " + path);
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

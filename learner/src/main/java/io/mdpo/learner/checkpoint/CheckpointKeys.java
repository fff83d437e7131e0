package io.mdpo.learner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import java.util.Locale;

/** Record keys. Steps have ten digits, so that keys sort as the steps do. */
final class CheckpointKeys {
    private CheckpointKeys() {}

    /** {@code <run id>/<step>}, for example {@code default/0000000020}. */
    static String manifest(String runId, long step) {
        return String.format(Locale.ROOT, "%s/%010d", runId, step);
    }

    static String manifest(Checkpoint checkpoint) {
        return manifest(checkpoint.getRunId(), checkpoint.getStep());
    }

    /** {@code <run id>/<step>/<blob>/<index>}. */
    static String chunk(String runId, long step, String blob, int index) {
        return manifest(runId, step) + "/" + blob + "/" + index;
    }

    static String chunk(Checkpoint checkpoint, Blob blob, int index) {
        return chunk(checkpoint.getRunId(), checkpoint.getStep(), blob.getName(), index);
    }

    /** {@code <run id>/<step>/<tag>}. */
    static String tag(String runId, long step, String tag) {
        return manifest(runId, step) + "/" + tag;
    }

    static byte[] bytes(String key) {
        return key.getBytes(UTF_8);
    }
}

package io.mdpo.learner.checkpoint;

import io.mdpo.schemas.avro.Checkpoint;
import io.mdpo.schemas.avro.CheckpointTag;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** The tags of a run, as records of their own and, of earlier releases, in manifests. */
final class Tags {
    private final Collection<CheckpointTag> records;

    Tags(Collection<CheckpointTag> records) {
        this.records = records;
    }

    /** The names of a checkpoint, sorted. */
    Set<String> of(Checkpoint checkpoint) {
        var names = new TreeSet<>(checkpoint.getTags());
        records.stream()
                .filter(tag -> tag.getStep() == checkpoint.getStep())
                .map(CheckpointTag::getTag)
                .forEach(names::add);
        return names;
    }
}

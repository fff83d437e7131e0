package io.mdpo.learner.checkpoint;

import io.mdpo.schemas.avro.Blob;
import io.mdpo.schemas.avro.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The blobs of a checkpoint as files of a folder of their own, which {@link #close} deletes. */
public final class CheckpointFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFiles.class);

    private final Checkpoint checkpoint;
    private final Path directory;

    private CheckpointFiles(Checkpoint checkpoint, Path directory) {
        this.checkpoint = checkpoint;
        this.directory = directory;
    }

    /** Writes the files to a new folder below {@code parent}, each blob as it arrives. */
    static CheckpointFiles fetch(Checkpoint checkpoint, BlobReader reader, Path parent) {
        long bytes =
                checkpoint.getBlobs().stream().mapToLong(Blob::getSizeBytes).sum();
        try {
            var files = new CheckpointFiles(checkpoint, Files.createTempDirectory(parent, "mdpo-checkpoint"));
            try {
                for (var blob : checkpoint.getBlobs()) {
                    try (var out = Files.newOutputStream(files.path(blob))) {
                        reader.read(checkpoint, blob, out);
                    }
                }
                return files;
            } catch (IOException | RuntimeException e) {
                files.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CheckpointFileException(
                    "checkpoint %s cannot be put into the folder %s: %s; it takes %,d bytes there while it is restored: make room, or name another folder with MDPO_JAVA_OPTS=-Djava.io.tmpdir=DIR"
                            .formatted(CheckpointKeys.manifest(checkpoint), parent, e.getMessage(), bytes),
                    e);
        }
    }

    /**
     * The file of a blob.
     *
     * @throws IllegalStateException the checkpoint has no such blob
     */
    public Path path(String blob) {
        return path(find(checkpoint, blob));
    }

    /** A name of ours: the manifest's comes from a topic. */
    private Path path(Blob blob) {
        return directory.resolve("blob-" + checkpoint.getBlobs().indexOf(blob));
    }

    static Blob find(Checkpoint checkpoint, String name) {
        return checkpoint.getBlobs().stream()
                .filter(blob -> blob.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "checkpoint %s has no blob %s".formatted(CheckpointKeys.manifest(checkpoint), name)));
    }

    @Override
    public void close() {
        try {
            for (var blob : checkpoint.getBlobs()) {
                Files.deleteIfExists(path(blob));
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("folder", directory).setCause(e).log("files of a checkpoint are left behind");
        }
    }
}

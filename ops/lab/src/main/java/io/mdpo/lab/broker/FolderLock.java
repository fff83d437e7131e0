package io.mdpo.lab.broker;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes a folder one broker's, in this process and among others. Kafka takes a lock as well, but late: a second node has
 * written to the metadata log of the first by then, which is never the same again.
 */
final class FolderLock implements AutoCloseable {
    private static final String FILE = "mdpo.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the folder, which exists.
     *
     * @throws OperatorException another broker has it
     */
    static FolderLock take(Path dir) throws IOException {
        var channel = FileChannel.open(dir.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isLocked(channel)) {
            return new FolderLock(channel);
        }
        channel.close();
        throw new OperatorException(
                "another broker uses the folder %s: stop it, or choose another folder".formatted(dir.toAbsolutePath()));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Lets go of the folder. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

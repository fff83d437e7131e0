package io.mdpo.lab.imports;

import io.mdpo.kafka.KafkaClients;
import io.mdpo.ops.imports.PairSink;
import io.mdpo.ops.imports.rows.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What disk and broker do alone: reads the files of a data set from their first byte to their last, and sends records as large as
 * those of its import with the same kind of producer, but looks at nothing.
 */
final class PassThrough {
    private static final int KEY_BYTES = 64;

    private final List<Path> files;
    private final List<Integer> recordBytes;

    private PassThrough(List<Path> files, List<Integer> recordBytes) {
        this.files = files;
        this.recordBytes = recordBytes;
    }

    /** Learns the sizes of the records of an import, which go on into the sink. */
    static final class Recorder implements PairSink {
        private final PairSink sink;
        private final List<Integer> recordBytes = new ArrayList<>();

        Recorder(PairSink sink) {
            this.sink = sink;
        }

        @Override
        public void send(byte[] key, byte[] value, Place place) {
            recordBytes.add(value.length);
            sink.send(key, value, place);
        }

        @Override
        public void flush() {
            sink.flush();
        }

        @Override
        public Optional<Place> firstUnacknowledged() {
            return sink.firstUnacknowledged();
        }

        long bytes() {
            return recordBytes.stream().mapToLong(Integer::longValue).sum();
        }

        PassThrough passThrough(List<Path> files) {
            return new PassThrough(files, List.copyOf(recordBytes));
        }
    }

    void run(KafkaClients clients, String topic) throws IOException {
        long bytes = 0;
        for (var file : files) {
            bytes += Files.size(file);
        }
        var piece = new byte[(int) Math.min(1 << 26, 1 + bytes / recordBytes.size())];
        var random = new Random(7);
        var noise =
                new byte[recordBytes.stream().mapToInt(Integer::intValue).max().orElse(0)];
        random.nextBytes(noise);
        try (var in = open();
                var producer = clients.idempotentProducer()) {
            for (int size : recordBytes) {
                var unusedRead = in.readNBytes(piece, 0, piece.length);
                var value = new byte[size];
                System.arraycopy(noise, 0, value, 0, size);
                var key = new byte[KEY_BYTES];
                random.nextBytes(key);
                var unused = producer.send(new ProducerRecord<>(topic, key, value));
            }
            producer.flush();
        }
    }

    /** One file is open at a time. */
    private InputStream open() {
        var streams = files.stream().map(PassThrough::lazily).toList();
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    private static InputStream lazily(Path file) {
        return new InputStream() {
            private InputStream in = InputStream.nullInputStream();
            private boolean opened;

            @Override
            public int read() throws IOException {
                return opened().read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return opened().read(bytes, offset, length);
            }

            private InputStream opened() throws IOException {
                if (!opened) {
                    opened = true;
                    in = Files.newInputStream(file);
                }
                return in;
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }
}

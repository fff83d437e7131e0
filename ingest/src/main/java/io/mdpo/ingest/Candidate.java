package io.mdpo.ingest;

import static io.mdpo.ingest.HeaderFields.ORIGIN;

import io.mdpo.ingest.Screening.Screened;
import io.mdpo.ingest.encoding.PairDecoder;
import io.mdpo.ingest.gate.Subject;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A screened pair on its way to the content stage, which needs both the pair and the raw record it came from.
 *
 * <p>The images travel once. The record value is the raw value itself, from which the pair is decoded and normalised
 * again: cheap beside the images' second trip through the broker. Only where an image was a reference is the value the
 * pair with the images in place, and the raw value a header. The record key is the digest of the question, by which pairs
 * that say the same, and those that say the opposite, meet.
 */
final class Candidate {
    private static final String TOPIC = ORIGIN + "topic";
    private static final String PARTITION = ORIGIN + "partition";
    private static final String OFFSET = ORIGIN + "offset";
    private static final String KEY = ORIGIN + "key";
    private static final String VALUE = ORIGIN + "value";
    private static final String LOOKS = ORIGIN + "looks";

    private Candidate() {}

    static Record<Bytes, Bytes> write(
            SourceRecord source, PreferencePair decoded, Screened screened, AvroSerde<PreferencePair> serde) {
        var normalised = screened.pair();
        var headers = new RecordHeaders(source.headers());
        var raw = source.value().orElseThrow();
        HeaderFields.put(headers, TOPIC, source.topic());
        HeaderFields.put(headers, PARTITION, source.partition());
        HeaderFields.put(headers, OFFSET, source.offset());
        source.key().ifPresent(key -> headers.add(KEY, key.get()));
        var looks = ByteBuffer.allocate(screened.looks().size() * Long.BYTES);
        screened.looks().forEach(looks::putLong);
        headers.add(LOOKS, looks.array());
        var value = raw;
        if (hasReferences(decoded)) {
            headers.add(VALUE, raw.get());
            value = Bytes.wrap(serde.encode(normalised));
        }
        return new Record<>(
                Sha256.ofQuestion(normalised), value, source.timestamp().toEpochMilli(), headers);
    }

    /** The raw record that a candidate came from. */
    static SourceRecord source(Record<Bytes, Bytes> record) {
        var headers = record.headers();
        return new SourceRecord(
                HeaderFields.text(headers, TOPIC),
                Integer.parseInt(HeaderFields.text(headers, PARTITION)),
                Long.parseLong(HeaderFields.text(headers, OFFSET)),
                Instant.ofEpochMilli(record.timestamp()),
                HeaderFields.bytes(headers, KEY).map(Bytes::wrap),
                HeaderFields.bytes(headers, VALUE).map(Bytes::wrap).or(() -> Optional.of(record.value())),
                HeaderFields.withoutOurs(headers));
    }

    /** The pair as it goes on; refused only if what decoded it before no longer does. */
    static Outcome<PreferencePair> pair(Record<Bytes, Bytes> record, PairDecoder decoder) {
        var key = HeaderFields.bytes(record.headers(), KEY).map(Bytes::wrap);
        return decoder.decode(record.value().get(), key, Instant.ofEpochMilli(record.timestamp()))
                .then(pair -> Outcome.accepted(PairNormalizer.normalize(pair)));
    }

    /** The pair as the gates see it; of a candidate that an older release wrote, nobody knows how its images look. */
    static Subject subject(Record<Bytes, Bytes> record, PreferencePair pair) {
        var looks = ByteBuffer.wrap(HeaderFields.bytes(record.headers(), LOOKS).orElseGet(() -> new byte[0]));
        var images = new ArrayList<Subject.ImageTraits>();
        for (var image : pair.getImages()) {
            if (looks.hasRemaining()) {
                long file = ByteBuffer.wrap(Sha256.of((ByteBuffer) image)).getLong();
                images.add(new Subject.ImageTraits(looks.getLong(), file));
            }
        }
        return new Subject(pair, Sha256.ofQuestion(pair), images);
    }

    /** Upper bound of the bytes that the pair takes in any record of ingest but a dead letter. */
    static long size(SourceRecord source, PreferencePair decoded, PreferencePair normalised) {
        long chars = normalised.getPairId().length()
                + normalised.getSource().length()
                + normalised.getChosen().length()
                + (long) normalised.getRejected().length();
        for (var message : normalised.getPrompt()) {
            chars += message.getRole().length() + 4L;
            for (var part : message.getContent()) {
                chars += part.getType().length() + part.getText().length() + 4L;
            }
        }
        // A UTF-16 unit takes at most three bytes of UTF-8.
        long pair = 3 * chars + imageBytes(normalised);
        long raw = source.value().orElseThrow().get().length;
        return source.size() + (hasReferences(decoded) ? pair : Math.max(0, pair - raw));
    }

    /** Bytes of all images of a resolved pair, the corrupted ones among them. */
    static long imageBytes(PreferencePair resolved) {
        return Stream.concat(resolved.getImages().stream(), resolved.getCorruptedImages().stream())
                .mapToLong(image -> ((ByteBuffer) image).remaining() + 8L)
                .sum();
    }

    private static boolean hasReferences(PreferencePair pair) {
        return pair.getImages().stream().anyMatch(ImageReference.class::isInstance);
    }
}

package io.mdpo.ops.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mdpo.ingest.PairCheck;
import io.mdpo.ingest.encoding.ContentId;
import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.ingest.outcome.Rejection;
import io.mdpo.operator.OperatorException;
import io.mdpo.ops.imports.format.Draft;
import io.mdpo.ops.imports.format.Formats;
import io.mdpo.ops.imports.format.Images;
import io.mdpo.ops.imports.format.RefusedRowException;
import io.mdpo.ops.imports.rows.Place;
import io.mdpo.ops.imports.rows.Row;
import io.mdpo.ops.imports.rows.Rows;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Makes pairs of the rows of data files and hands them to a sink. A row that cannot become a pair is reported, and the others go
 * on. The id of a pair follows from its content, so an import that is repeated, or begun again too early, sends pairs that ingest
 * knows already.
 */
public final class Importer {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);

    private final Settings settings;
    private final PairCheck check;
    private final PairSink sink;
    private final Refusals listener;

    private final Map<RejectionReason, Long> refused = new EnumMap<>(RejectionReason.class);
    private final Instant createdAt = Instant.ofEpochMilli(System.currentTimeMillis());
    private long rows;
    private long pairs;
    private long withoutPair;

    /** Hears of every row, or pair of a row, that is refused. */
    public interface Refusals {
        void refused(Place place, RejectionReason reason, String sentence);
    }

    /**
     * What is imported.
     *
     * @param formats which a row may have
     * @param source of the pairs; without it the name of their format
     * @param imageRoot below which images are; without it the folder of the data file
     * @param maxImageBytes largest image
     * @param from row to begin with; without it the first
     * @param limit most rows that are read
     */
    public record Settings(
            Formats formats,
            Optional<String> source,
            Optional<Path> imageRoot,
            int maxImageBytes,
            Optional<Position> from,
            long limit) {}

    public Importer(Settings settings, PairCheck check, PairSink sink, Refusals listener) {
        this.settings = settings;
        this.check = check;
        this.sink = sink;
        this.listener = listener;
    }

    /**
     * Reads the files to their end, or until it is to stop, and returns when all pairs are acknowledged.
     *
     * @param stop asked before every row
     * @param progress hears how many bytes of the files are done
     */
    public ImportSummary run(List<Path> files, BooleanSupplier stop, LongConsumer progress) {
        int first = settings.from().map(from -> from.indexIn(files)).orElse(0);
        var next = Optional.<Position>empty();
        long bytesBefore = 0;
        for (int i = 0; i < files.size() && next.isEmpty(); i++) {
            var file = files.get(i);
            try {
                if (i >= first) {
                    long begin = i == first ? settings.from().map(Position::row).orElse(1L) : 1;
                    next = read(file, begin, stop, progress, bytesBefore);
                }
                bytesBefore += DataFiles.size(file);
                progress.accept(bytesBefore);
            } catch (IOException e) {
                throw new OperatorException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
            }
        }
        sink.flush();
        return new ImportSummary(rows, pairs, withoutPair, refused, next);
    }

    /** The first row that was not read, if there is one. */
    private Optional<Position> read(
            Path file, long begin, BooleanSupplier stop, LongConsumer progress, long bytesBefore) throws IOException {
        var folder = settings.imageRoot()
                .orElseGet(() ->
                        Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file));
        var images = Images.below(folder, settings.maxImageBytes());
        try (var in = Rows.open(file, begin, Formats.FIELDS)) {
            var last = begin - 1;
            while (rows < settings.limit() && !stop.getAsBoolean()) {
                var row = in.next();
                if (row.isEmpty()) {
                    return Optional.empty();
                }
                rows++;
                last = row.get().place().row();
                take(row.get(), images);
                progress.accept(bytesBefore + in.bytesRead());
            }
            return Optional.of(new Position(file, last + 1));
        }
    }

    private void take(Row row, Images images) {
        if (row instanceof Row.Unreadable unreadable) {
            refuse(row.place(), RejectionReason.UNDECODABLE_RECORD, unreadable.why());
            return;
        }
        var fields = ((Row.Sound) row).fields();
        var read = Outcome.guarded(() -> drafts(fields, images));
        if (read instanceof Outcome.Refused<Drafts> no) {
            refuse(row.place(), no.rejection());
            return;
        }
        var drafts = read.toOptional().orElseThrow();
        if (drafts.of().isEmpty()) {
            withoutPair++;
        }
        var source = settings.source().orElse(drafts.format());
        drafts.of().forEach(draft -> take(draft.toPair(source, createdAt), row.place()));
    }

    private record Drafts(String format, List<Draft> of) {}

    private Outcome<Drafts> drafts(ObjectNode fields, Images images) {
        try {
            var format = settings.formats().of(fields);
            return Outcome.accepted(new Drafts(format.name(), format.read(fields, images)));
        } catch (RefusedRowException e) {
            return Outcome.refused(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private void take(PreferencePair drafted, Place place) {
        var checked = Outcome.guarded(
                () -> check.check(drafted).then(pair -> Outcome.accepted(withId(pair, ContentId.of(pair)))));
        if (checked instanceof Outcome.Refused<PreferencePair> no) {
            refuse(place, no.rejection());
            return;
        }
        var pair = checked.toOptional().orElseThrow();
        var key = pair.getPairId().getBytes(UTF_8);
        var value = PAIR.encode(pair);
        int size = key.length + value.length;
        if (size > PairCheck.MAX_PAIR_BYTES) {
            refuse(
                    place,
                    RejectionReason.RECORD_TOO_LARGE,
                    "the pair takes %d bytes in a record, and at most %d are allowed"
                            .formatted(size, PairCheck.MAX_PAIR_BYTES));
            return;
        }
        sink.send(key, value, place);
        pairs++;
    }

    /** Not the builder: it copies the images. */
    private static PreferencePair withId(PreferencePair pair, String id) {
        return new PreferencePair(
                id,
                pair.getImages(),
                pair.getPrompt(),
                pair.getChosen(),
                pair.getRejected(),
                pair.getSource(),
                pair.getCreatedAt(),
                pair.getCorruptedImages(),
                pair.getKind(),
                pair.getProvenance());
    }

    private void refuse(Place place, Rejection rejection) {
        refuse(place, rejection.reason(), rejection.message());
    }

    private void refuse(Place place, RejectionReason reason, String sentence) {
        refused.merge(reason, 1L, Long::sum);
        listener.refused(place, reason, sentence);
    }
}

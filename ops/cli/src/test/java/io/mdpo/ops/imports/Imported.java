package io.mdpo.ops.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mdpo.ingest.IngestConfig;
import io.mdpo.ingest.PairCheck;
import io.mdpo.ops.imports.format.Formats;
import io.mdpo.ops.imports.format.RatedPairs;
import io.mdpo.ops.imports.rows.Place;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.PreferencePair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** An import whose pairs go into a list. */
final class Imported implements PairSink {
    private static final AvroSerde<PreferencePair> PAIR = AvroSerde.of(PreferencePair.class);

    final List<String> ids = new ArrayList<>();
    final List<PreferencePair> pairs = new ArrayList<>();

    /** Every refusal as {@code file:line REASON}. */
    final List<String> refusals = new ArrayList<>();

    final List<String> sentences = new ArrayList<>();
    ImportSummary summary = new ImportSummary(0, 0, 0, java.util.Map.of(), Optional.empty());

    static Imported of(String format, Path... files) {
        return new Imported()
                .run(format, PairCheck.Images.HEADERS, Optional.empty(), Long.MAX_VALUE, () -> false, List.of(files));
    }

    Imported run(
            String format,
            PairCheck.Images images,
            Optional<Position> from,
            long limit,
            BooleanSupplier stop,
            List<Path> files) {
        var limits = IngestConfig.defaults();
        var settings = new Importer.Settings(
                Formats.named(format, RatedPairs.ALL),
                Optional.of("test"),
                Optional.empty(),
                limits.maxImageBytes(),
                from,
                limit);
        var importer = new Importer(settings, new PairCheck(limits, images), this, (place, reason, sentence) -> {
            refusals.add("%s %s".formatted(inItsFolder(place), reason));
            sentences.add(sentence);
        });
        summary = importer.run(files, stop, bytes -> {});
        return this;
    }

    private static Place inItsFolder(Place place) {
        return new Place(place.file().getFileName(), place.row(), place.line());
    }

    @Override
    public void send(byte[] key, byte[] value, Place place) {
        ids.add(new String(key, UTF_8));
        pairs.add(PAIR.decode(value));
    }

    @Override
    public void flush() {
        // Nothing waits.
    }

    @Override
    public Optional<Place> firstUnacknowledged() {
        return Optional.empty();
    }
}

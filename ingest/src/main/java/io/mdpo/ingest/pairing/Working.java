package io.mdpo.ingest.pairing;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A processor whose work is an object that is made when the context is there, and so has no field that is set later. */
final class Working<I, V, O, W> implements Processor<I, V, O, W> {
    private final Function<ProcessorContext<O, W>, Consumer<Record<I, V>>> factory;
    private @Nullable Consumer<Record<I, V>> work;

    private Working(Function<ProcessorContext<O, W>, Consumer<Record<I, V>>> factory) {
        this.factory = factory;
    }

    static <I, V, O, W> ProcessorSupplier<I, V, O, W> of(
            Function<ProcessorContext<O, W>, Consumer<Record<I, V>>> factory) {
        return () -> new Working<>(factory);
    }

    @Override
    public void init(ProcessorContext<O, W> context) {
        work = factory.apply(context);
    }

    @Override
    public void process(Record<I, V> record) {
        requireNonNull(work).accept(record);
    }
}

package io.mdpo.ops;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line about work that takes a while: label, done and total, rate, time left. On a terminal the line is rewritten;
 * elsewhere a new line follows every few seconds, so that a log shows life without filling up. Thread-safe.
 */
public final class Progress implements AutoCloseable {
    /** Set by the launcher, because Java cannot tell whether standard error is a terminal. */
    private static final String TERMINAL_PROPERTY = "mdpo.terminal";

    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration NEXT_LINE = Duration.ofSeconds(5);
    private static final String ERASE_LINE = "\r\u001b[K";

    private final String label;
    private long total;
    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanoClock;
    private final long start;
    private long done;
    private long lastPrint;
    private boolean closed;

    private Progress(String label, long total, PrintStream out, boolean terminal, LongSupplier nanoClock) {
        this.label = label;
        this.total = total;
        this.out = out;
        this.terminal = terminal;
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
        this.lastPrint = start;
    }

    /**
     * Starts a line on standard error.
     *
     * @param label what is being done
     * @param total number of units; 0 if it is not known, and then there is no time left either
     */
    public static Progress start(String label, long total) {
        return start(label, total, System.err, Boolean.getBoolean(TERMINAL_PROPERTY), System::nanoTime);
    }

    static Progress start(String label, long total, PrintStream out, boolean terminal, LongSupplier nanoClock) {
        return new Progress(label, total, out, terminal, nanoClock);
    }

    /** Adds to the number of units done. */
    public synchronized void add(long units) {
        update(done + units);
    }

    /** Sets the number of units done. */
    public synchronized void update(long units) {
        done = units;
        var now = nanoClock.getAsLong();
        var pause = terminal ? REDRAW : NEXT_LINE;
        if (!closed && now - lastPrint >= pause.toNanos()) {
            lastPrint = now;
            print(line(now));
        }
    }

    /** Takes units off the total that turn out to need no work, so that they do not count as fast ones. */
    public synchronized void skip(long units) {
        total -= units;
    }

    /** Prints the final state and ends the line. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        print(line(nanoClock.getAsLong()));
        if (terminal) {
            out.println();
        }
    }

    private void print(String line) {
        if (terminal) {
            out.print(ERASE_LINE + line);
        } else {
            out.println(line);
        }
        out.flush();
    }

    private String line(long now) {
        var seconds = (now - start) / 1e9;
        var rate = seconds > 0 ? done / seconds : 0;
        var count = total > 0 ? "%d/%d (%d%%)".formatted(done, total, 100 * done / total) : Long.toString(done);
        var line = String.format(Locale.ROOT, "%s  %s  %.1f/s", label, count, rate);
        if (closed) {
            return line + "  took " + clock(seconds);
        }
        return total > 0 && rate > 0 ? line + "  " + clock(Math.max(0, total - done) / rate) + " left" : line;
    }

    private static String clock(double seconds) {
        var rounded = Math.round(seconds);
        return rounded < 60 ? rounded + " s" : String.format(Locale.ROOT, "%d:%02d min", rounded / 60, rounded % 60);
    }
}

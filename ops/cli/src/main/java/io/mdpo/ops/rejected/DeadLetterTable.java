package io.mdpo.ops.rejected;

import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** The newest of the letters as a table, or all of them counted by reason. */
public final class DeadLetterTable {
    private final int limit;
    private final ArrayDeque<String> rows = new ArrayDeque<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private long all;

    /** @param limit how many letters are shown at most */
    public DeadLetterTable(int limit) {
        this.limit = limit;
    }

    /** Takes the next letter. */
    public void add(DeadLetter letter) {
        all++;
        var reason = Printable.text(letter.pair().getReason());
        var stage = Printable.text(letter.pair().getStage());
        counts.merge("%-24s  %-8s".formatted(reason, stage), 1L, Long::sum);
        if (rows.size() == limit) {
            rows.removeFirst();
        }
        rows.addLast("%8d  %-24s  %-8s  %-24s  %-24s  %s"
                .formatted(letter.offset(), letter.time(), stage, reason, letter.key(), message(letter)));
    }

    private static String message(DeadLetter letter) {
        var message = Printable.text(letter.pair().getMessage());
        return letter.retryOf()
                .map(offset -> "%s (sent again from offset %s)".formatted(message, offset))
                .orElse(message);
    }

    public void print(PrintWriter out) {
        out.printf("%8s  %-24s  %-8s  %-24s  %-24s  %s%n", "OFFSET", "TIME", "STAGE", "REASON", "KEY", "MESSAGE");
        rows.forEach(out::println);
        if (all > rows.size()) {
            out.printf("the newest %d of %d; --limit shows more%n", rows.size(), all);
        }
    }

    public void printCounts(PrintWriter out) {
        out.printf("%-24s  %-8s  %8s%n", "REASON", "STAGE", "COUNT");
        counts.forEach((name, count) -> out.printf("%s  %8d%n", name, count));
        out.printf("%-24s  %-8s  %8d%n", "all", "", all);
    }
}

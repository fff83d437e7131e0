package io.mdpo.lab.benchmark;

import io.mdpo.operator.OperatorException;
import java.util.List;
import java.util.stream.Collectors;

/** A benchmark's files or answers cannot be used. The message names every problem with its file and line, one a line. */
public final class BenchmarkFileException extends OperatorException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 25;

    private final transient List<Problem> problems;

    BenchmarkFileException(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    /** One problem alone. */
    public static BenchmarkFileException of(Place place, String message) {
        return new BenchmarkFileException(List.of(new Problem(place, message)));
    }

    /** All of them, in the order of discovery; the message shows the first ones. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(List<Problem> problems) {
        var shown = problems.stream()
                .limit(SHOWN)
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining("", "the benchmark cannot be scored", ""));
        return problems.size() > SHOWN ? shown + "\n  and %d more".formatted(problems.size() - SHOWN) : shown;
    }
}

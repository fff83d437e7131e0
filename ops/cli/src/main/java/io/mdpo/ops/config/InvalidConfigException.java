package io.mdpo.ops.config;

import io.mdpo.operator.OperatorException;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration, at once. */
public final class InvalidConfigException extends OperatorException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    InvalidConfigException(List<ConfigProblem> problems) {
        super(problems.stream()
                .map(p -> "\n  " + p)
                .collect(Collectors.joining("", "the configuration is not valid", "")));
        this.problems = List.copyOf(problems);
    }

    static InvalidConfigException of(String where, String message) {
        return new InvalidConfigException(List.of(new ConfigProblem(where, message)));
    }

    /** At least one problem, in the order of discovery. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}

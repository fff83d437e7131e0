package io.mdpo.ops.cli;

import java.util.List;

/**
 * Commands of a jar beside this one, found by {@link java.util.ServiceLoader}: the laboratory's, where it is installed. A
 * deployment goes without.
 */
public interface MoreCommands {
    /** Classes that picocli takes for subcommands. */
    List<Class<?>> commands();
}

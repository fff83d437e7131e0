package io.mdpo.ops.cli;

import io.mdpo.operator.OperatorException;
import io.mdpo.operator.OutageException;
import io.mdpo.ops.config.InvalidConfigException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration. */
@Command(
        name = "mdpo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Streaming preference learning for vision-language models.",
        subcommands = {
            TopicsCommand.class,
            ConfigCommand.class,
            ModelCommand.class,
            CheckpointsCommand.class,
            RejectedCommand.class,
            QuarantineCommand.class,
            ImportCommand.class,
            ReplayCommand.class
        })
public final class Main implements Runnable {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Shows the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        int code = FAILED;
        try {
            code = commandLine().execute(args);
        } catch (OutOfMemoryError | StackOverflowError e) {
            // Threads that still work would keep the process, and with it the pod of a service that is no more.
            System.err.println("mdpo: " + e); // the logger may need what is lacking
        } finally {
            System.exit(code);
        }
    }

    /** The whole command line, with its services and its way to report errors. */
    public static CommandLine commandLine() {
        var main = new Main();
        var line = new CommandLine(main);
        Services.ALL.forEach(kind -> line.addSubcommand(kind.name(), ServiceCommand.of(kind)));
        ServiceLoader.load(MoreCommands.class).forEach(more -> more.commands().forEach(line::addSubcommand));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line.setExecutionExceptionHandler((e, command, parsed) -> main.report(e, line.getErr()));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing a command");
    }

    private int report(Exception thrown, PrintWriter err) {
        var e = outage(thrown).orElse(thrown);
        err.println("mdpo: " + sentence(e));
        if (verbose) {
            e.printStackTrace(err);
        } else if (!(e instanceof OperatorException)) {
            err.println("Run it again with --verbose to see where this comes from.");
        }
        err.flush();
        return e instanceof InvalidConfigException ? WRONG_USAGE : FAILED;
    }

    /** An outage that Kafka's clients met below a call of theirs, which say another thing of it. */
    private static Optional<Exception> outage(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .filter(OutageException.class::isInstance)
                .<Exception>map(OutageException.class::cast)
                .findFirst();
    }

    /** What an operator's error says; of any other also its type, because its message may mean little alone. */
    private static String sentence(Exception e) {
        if (e instanceof OperatorException) {
            return String.valueOf(e.getMessage());
        }
        var message =
                Optional.ofNullable(e.getMessage()).map(text -> ": " + text).orElse("");
        return e.getClass().getSimpleName() + message;
    }
}

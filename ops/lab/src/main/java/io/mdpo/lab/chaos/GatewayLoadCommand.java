package io.mdpo.lab.chaos;

import static io.mdpo.lab.chaos.TrialOptions.line;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@link GatewayLoad}. */
@Command(
        name = "gateway-load",
        mixinStandardHelpOptions = true,
        description = {
            "Sends feedback to a gateway at a steady rate, each until it is acknowledged, while gateway and broker are",
            "killed with SIGKILL. Exit code 0 if every acknowledged event is in the topic once."
        })
public final class GatewayLoadCommand implements Callable<Integer> {
    @Option(names = "--rate", defaultValue = "500", description = "Requests a second (${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--seconds", defaultValue = "120", description = "How long to send (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--kills",
            defaultValue = "10",
            description = "Processes to kill, the gateway first and then each in turn (${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Decides moments and impatient clients (${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private TrialOptions trial = new TrialOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        if (rate < 1 || seconds < 1 || kills < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--rate and --seconds have to be positive, --kills 0 or more");
        }
        return trial.run(
                directory -> new GatewayLoad(rate, seconds, kills, seed).run(directory), GatewayLoadCommand::print);
    }

    private static void print(PrintWriter out, GatewayReport report) {
        line(out, "kills", report.killed());
        line(out, "events", report.events());
        line(out, "acknowledged", report.acknowledged());
        line(out, "requests", report.attempts());
        line(out, "told repeated", report.answeredAsRepeated());
        line(out, "in the topic", report.inTopic());
        line(out, "lost", report.lost());
        line(out, "repeated", report.repeated());
        line(out, "seconds", report.seconds());
        line(out, "a second", report.perSecond());
        report.latencyMillis().forEach((share, millis) -> line(out, "ms, " + share, millis));
    }
}

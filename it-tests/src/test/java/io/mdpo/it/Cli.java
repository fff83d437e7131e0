package io.mdpo.it;

import io.mdpo.ops.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** The command line, run in this process. */
record Cli(int exitCode, String out, String err) {
    static Cli run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    /** With the settings that reach a fixture's topics. */
    static Cli on(KafkaFixture fixture, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--set");
        all.add("topic-prefix=" + fixture.prefix);
        fixture.kafka.forEach((key, value) -> {
            all.add("--set");
            all.add("kafka." + key + "=" + value);
        });
        return run(all.toArray(String[]::new));
    }
}

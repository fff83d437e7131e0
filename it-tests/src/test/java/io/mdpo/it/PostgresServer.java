package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mdpo.lab.broker.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server of the machine's own installation, in a folder and on a port of its own, with logical decoding. */
final class PostgresServer implements AutoCloseable {
    /** It will not run as root. */
    private static final String ACCOUNT = "postgres";

    private static final int PATIENCE_SECONDS = 60;

    private final Path programs;
    private final Path data;
    private final int port;

    private PostgresServer(Path programs, Path data, int port) {
        this.programs = programs;
        this.data = data;
        this.port = port;
    }

    /**
     * Starts a server. Skips the test where none is installed; in continuous integration, where CI is true, fails it.
     *
     * @param dir empty folder
     */
    static PostgresServer start(Path dir) {
        var programs = programs();
        if (programs.isEmpty() && "true".equals(System.getenv("CI"))) {
            fail("this test needs PostgreSQL below /usr/lib/postgresql, and CI is true: install it, .ci/run does");
        }
        assumeTrue(programs.isPresent(), "no PostgreSQL below /usr/lib/postgresql");
        var server = new PostgresServer(programs.get(), dir.resolve("data"), FreePort.find());
        if (isRoot()) {
            run(List.of("chown", ACCOUNT, dir.toString()));
            // A test's folder is its owner's alone; the account has to pass through it.
            run(List.of("chmod", "o+x", dir.resolve("..").normalize().toString()));
        }
        server.run("initdb", "-D", server.data.toString(), "-A", "trust", "-U", ACCOUNT, "--no-sync");
        server.run(
                "pg_ctl",
                "-D",
                server.data.toString(),
                "-w",
                "-l",
                dir.resolve("log").toString(),
                "-o",
                "-p %d -k %s -c listen_addresses=127.0.0.1 -c wal_level=logical -c fsync=off"
                        .formatted(server.port, dir),
                "start");
        return server;
    }

    private static Optional<Path> programs() {
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    int port() {
        return port;
    }

    /** A connection that commits when it is told to. */
    Connection connect(String user, String database) throws SQLException {
        var connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(port, database, user));
        connection.setAutoCommit(false);
        return connection;
    }

    /** Runs statements that need no transaction. */
    void execute(String user, String database, String... statements) throws SQLException {
        try (var connection = connect(user, database)) {
            connection.setAutoCommit(true);
            try (var statement = connection.createStatement()) {
                for (var sql : statements) {
                    statement.execute(sql);
                }
            }
        }
    }

    /** Runs a file of statements with psql, each in a transaction of its own. */
    void script(String user, String database, Path file) {
        run(
                file.toFile(),
                List.of(
                        programs.resolve("psql").toString(),
                        "-q",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-U",
                        user,
                        database));
    }

    @Override
    public void close() {
        run("pg_ctl", "-D", data.toString(), "-w", "-m", "immediate", "stop");
    }

    private void run(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", ACCOUNT, "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(List<String> command) {
        run(new File("/dev/null"), command);
    }

    /** Output goes to a file: the server inherits it, and would hold a pipe open. */
    private static void run(File input, List<String> command) {
        try {
            var output = Files.createTempFile("postgres", ".log");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(input)
                    .redirectOutput(output.toFile())
                    .directory(Path.of("/").toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError("%s failed:%n%s".formatted(command, Files.readString(output, UTF_8)));
            }
            Files.delete(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }
}

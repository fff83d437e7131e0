package io.mdpo.lab.broker;

import io.mdpo.operator.OperatorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that a broker can have again after it was away. The system gives outgoing connections any free port of a
 * range of its own; from there, a client that looks for the dead broker can itself be given the broker's port.
 */
public final class FreePort {
    private static final int LOWEST = 20_000;

    /** Where the range of outgoing connections begins on Linux; elsewhere it begins later. */
    private static final int END = 32_768;

    private static final int ATTEMPTS = 1000;

    private FreePort() {}

    /** A port of the loopback interface that nothing listens on. */
    public static int find() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new OperatorException("no port from %d to %d is free on 127.0.0.1".formatted(LOWEST, END - 1));
    }

    private static boolean isFree(int port) {
        try {
            bind(port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes the port and lets go of it. */
    static void bind(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            // As Kafka's own socket does: connections of a broker that just stopped do not keep the port.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }
}

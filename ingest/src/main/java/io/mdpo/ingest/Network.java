package io.mdpo.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** The two steps of a connection, apart, so that the address that was judged is the one that is connected to. */
interface Network {
    /** Every address of a host. */
    List<InetAddress> resolve(String host) throws IOException;

    Socket connect(InetAddress address, int port, Duration timeout) throws IOException;

    /** The network that this machine is in. No proxy is used. */
    Network REAL = new Network() {
        @Override
        public List<InetAddress> resolve(String host) throws IOException {
            return List.of(InetAddress.getAllByName(host));
        }

        @Override
        public Socket connect(InetAddress address, int port, Duration timeout) throws IOException {
            var socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    };
}

package io.mdpo.ingest.image;

import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;

/** What lies below HTTP: names, and sockets to addresses. */
interface Network {
    /** Every address of a host. */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /** Not yet connected. */
    Socket socket();

    /** The network that this machine is in. No proxy is used. */
    Network REAL = new Network() {
        @Override
        public List<InetAddress> resolve(String host) throws UnknownHostException {
            return List.of(InetAddress.getAllByName(host));
        }

        @Override
        public Socket socket() {
            return new Socket(Proxy.NO_PROXY);
        }
    };
}

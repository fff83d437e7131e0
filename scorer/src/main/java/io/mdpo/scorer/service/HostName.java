package io.mdpo.scorer.service;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this host, which is the pod's name in Kubernetes. */
final class HostName {
    private HostName() {}

    static String get() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // The name has no address; it is still the name.
            return System.getenv().getOrDefault("HOSTNAME", "localhost");
        }
    }
}

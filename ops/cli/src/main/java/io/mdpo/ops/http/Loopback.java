package io.mdpo.ops.http;

/** Tells addresses that only this machine reaches. */
public final class Loopback {
    private Loopback() {}

    /** By its spelling alone: a name that has to be looked up may have another address tomorrow. */
    public static boolean isSpelledIn(String host) {
        return host.equals("localhost")
                || host.matches("127(\\.\\d{1,3}){3}")
                || host.equals("::1")
                || host.equals("[::1]");
    }
}

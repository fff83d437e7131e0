package io.mdpo.ingest.image;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for connections, and only to hosts of the open internet. The HTTP client connects to the addresses it is
 * given here and asks nobody else, so the address that was judged is the one connected to, whatever the name resolves to a
 * moment later.
 */
final class PublicResolver implements DnsResolver {
    private final Network network;

    PublicResolver(Network network) {
        this.network = network;
    }

    /** A host that has an address in some inner network. */
    static final class NotPublicException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        private NotPublicException(String host) {
            super(host);
        }
    }

    /** The first address; one that is not public spoils them all. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        var addresses = network.resolve(host);
        if (addresses.isEmpty() || !addresses.stream().allMatch(PublicAddresses::contains)) {
            throw new NotPublicException(host);
        }
        return new InetAddress[] {addresses.get(0)};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}

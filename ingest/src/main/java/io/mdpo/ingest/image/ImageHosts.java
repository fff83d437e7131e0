package io.mdpo.ingest.image;

import io.mdpo.operator.SettingException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The hosts that images may be fetched from: {@code images.example}, or {@code images.example:8443} for another port. */
public final class ImageHosts {
    private static final Pattern ENTRY = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?");

    private final Set<String> entries;

    /** Throws {@link SettingException} for an entry that names no host. */
    public ImageHosts(List<String> entries) {
        this.entries =
                entries.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        for (var entry : this.entries) {
            if (!ENTRY.matcher(entry).matches()) {
                throw new SettingException(
                        "image-hosts",
                        "has '%s': write a host such as images.example, or images.example:8443, without a scheme or path"
                                .formatted(entry));
            }
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Without a port an entry means the port that the scheme has by itself. */
    boolean allow(URI uri) {
        var host = uri.getHost().toLowerCase(Locale.ROOT);
        return entries.contains(port(uri) == defaultPort(uri) ? host : host + ":" + port(uri))
                || entries.contains(host + ":" + port(uri));
    }

    static int port(URI uri) {
        return uri.getPort() < 0 ? defaultPort(uri) : uri.getPort();
    }

    private static int defaultPort(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}

package io.mdpo.ingest.image;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.Topic;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hc.core5.ssl.SSLContexts;

/**
 * Replaces image references by the bytes they name: of a {@code file:} URI below one folder, absolute
 * ({@code file:///images/a.png}) or relative to that folder ({@code file:a.png}), or of an http or https URI whose host is
 * allowed. Whoever may write a pair must not be
 * able to read any other file, so the path is judged after symbolic links are resolved, and nothing of the file system
 * is told in a message.
 */
public final class ImageReferences implements AutoCloseable {
    private final Optional<Path> root;
    private final int maxBytes;
    private final Optional<ImageFetch> fetch;

    /** @param fetch without it nothing is fetched over the network */
    ImageReferences(Optional<Path> root, Optional<ImageFetch> fetch, int maxBytes) {
        this.root = root;
        this.fetch = fetch;
        this.maxBytes = maxBytes;
    }

    /**
     * References as the settings allow them.
     *
     * @param root folder below which files are read; without it none is
     * @param hosts from which images are fetched; without any none is
     * @param timeout of one fetch
     * @param maxBytes of one image
     */
    public static ImageReferences open(Optional<Path> root, ImageHosts hosts, Duration timeout, int maxBytes) {
        var fetch = Optional.of(hosts)
                .filter(some -> !some.isEmpty())
                .map(some -> new ImageFetch(some, Network.REAL, SSLContexts.createSystemDefault(), timeout, maxBytes));
        return new ImageReferences(root, fetch, maxBytes);
    }

    /** The pair with its images as bytes. */
    public Outcome<PreferencePair> resolve(PreferencePair pair) {
        if (pair.getImages().stream().noneMatch(ImageReference.class::isInstance)) {
            return Outcome.accepted(pair);
        }
        var images = new ArrayList<Object>();
        long size = 0;
        for (var image : pair.getImages()) {
            if (image instanceof ImageReference reference) {
                var resolved = bytes(reference).then(bytes -> verified(bytes, reference.getSha256()));
                if (resolved instanceof Outcome.Refused<ByteBuffer> refused) {
                    return new Outcome.Refused<>(refused.rejection());
                }
                image = resolved.toOptional().orElseThrow();
            }
            images.add(image);
            size += ((ByteBuffer) image).remaining();
            if (size > Topic.MAX_RECORD_BYTES) {
                return Outcome.refused(
                        RejectionReason.RECORD_TOO_LARGE,
                        "the first %d images of the pair have %d bytes together, and at most %d are allowed"
                                .formatted(images.size(), size, Topic.MAX_RECORD_BYTES));
            }
        }
        return Outcome.accepted(withImages(pair, images));
    }

    private static PreferencePair withImages(PreferencePair pair, List<Object> images) {
        return new PreferencePair(
                pair.getPairId(),
                images,
                pair.getPrompt(),
                pair.getChosen(),
                pair.getRejected(),
                pair.getSource(),
                pair.getCreatedAt(),
                pair.getCorruptedImages(),
                pair.getKind(),
                pair.getProvenance());
    }

    private Outcome<ByteBuffer> bytes(ImageReference reference) {
        URI uri;
        try {
            uri = new URI(reference.getUri());
        } catch (URISyntaxException e) {
            return refused("the reference is not a valid URI");
        }
        var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> file(uri);
            case "http", "https" ->
                fetch.map(from -> from.fetch(uri))
                        .orElseGet(() -> refused("the image is on another host, and ingest has no image-hosts"));
            default -> refused("only file:, http: and https: URIs are followed, and the reference has another scheme");
        };
    }

    private Outcome<ByteBuffer> file(URI uri) {
        if (root.isEmpty()) {
            return refused("the image is a file, and ingest has no image-root to read it from");
        }
        try {
            var realRoot = root.get().toRealPath();
            var file = path(uri, realRoot).toRealPath();
            if (!file.startsWith(realRoot) || !Files.isRegularFile(file)) {
                return refused("the reference does not name a file below image-root");
            }
            return read(file);
        } catch (URISyntaxException | InvalidPathException e) {
            return refused("the reference is not a valid file: URI");
        } catch (IOException e) {
            return refused("the reference does not name a readable file below image-root");
        }
    }

    /** The path as named, before links are resolved. */
    private static Path path(URI uri, Path root) throws URISyntaxException {
        if (uri.getAuthority() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new URISyntaxException(uri.toString(), "more than a path");
        }
        // An opaque URI (file:a.png) has no path of its own, only a scheme-specific part.
        var name = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
        return root.resolve(name);
    }

    private Outcome<ByteBuffer> read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(maxBytes + 1);
            return bytes.length > maxBytes
                    ? Outcome.refused(
                            RejectionReason.IMAGE_TOO_LARGE,
                            "the referenced image has %d bytes, and at most %d are allowed"
                                    .formatted(Files.size(file), maxBytes))
                    : Outcome.accepted(ByteBuffer.wrap(bytes));
        }
    }

    private static Outcome<ByteBuffer> verified(ByteBuffer bytes, String sha256) {
        var actual = HexFormat.of().formatHex(DigestUtils.digest(DigestUtils.getSha256Digest(), bytes.duplicate()));
        return actual.equalsIgnoreCase(sha256)
                ? Outcome.accepted(bytes)
                : refused("the %d bytes of the referenced image do not have the sha256 of the reference"
                        .formatted(bytes.remaining()));
    }

    /** Lets go of the connections. */
    @Override
    public void close() {
        fetch.ifPresent(ImageFetch::close);
    }

    private static <T> Outcome<T> refused(String message) {
        return Outcome.refused(RejectionReason.IMAGE_REFERENCE_REFUSED, message);
    }
}

package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Gets images as rows name them: a path below one folder, a data URL, bytes, or the address of one on the network whose digest is
 * known. A data set is a stranger's text, so no path leads out of the folder, through symbolic links neither, and nothing is
 * fetched. Not thread-safe.
 */
public final class Images {
    private static final String DATA = "data:";
    private static final Pattern DATA_URL = Pattern.compile("data:[^,;]*(;[^,;]*)*;base64", Pattern.CASE_INSENSITIVE);
    private static final Pattern SHA256 = Pattern.compile("\\p{XDigit}{64}");

    private final Path root;
    private final int maxBytes;

    private Images(Path root, int maxBytes) {
        this.root = root;
        this.maxBytes = maxBytes;
    }

    /**
     * Images of a data file.
     *
     * @param root folder that the paths start from and stay below
     * @param maxBytes largest image
     */
    public static Images below(Path root, int maxBytes) {
        try {
            return new Images(root.toRealPath(), maxBytes);
        } catch (IOException e) {
            throw new OperatorException("%s is no folder to read images from".formatted(root), e);
        }
    }

    /** Every image in order, each a {@link ByteBuffer} or an {@link ImageReference}. */
    List<Object> load(List<JsonNode> images) {
        return images.stream().map(this::load).toList();
    }

    /** Every image in order, each as bytes. */
    List<ByteBuffer> loadBytes(List<JsonNode> images) {
        return load(images).stream()
                .map(image -> {
                    if (image instanceof ByteBuffer bytes) {
                        return bytes;
                    }
                    throw refused("a rejected image is on another host, and a record holds such images only as bytes:"
                            + " download it, and name the file");
                })
                .toList();
    }

    /** A {@link ByteBuffer} or an {@link ImageReference}. */
    Object load(JsonNode image) {
        if (image.isBinary()) {
            return sized(bytes(image));
        }
        if (image.isTextual()) {
            return named(image.textValue());
        }
        var bytes = Fields.find(image, "bytes");
        if (bytes.isPresent()) {
            return sized(bytes(bytes.get()));
        }
        var nested = Fields.find(image, "image_url").or(() -> Fields.find(image, "image"));
        if (nested.isPresent()) {
            return load(nested.get());
        }
        var sha256 = Fields.find(image, "sha256");
        if (sha256.isPresent()) {
            var address = Fields.has(image, "uri") ? Fields.text(image, "uri") : Fields.text(image, "url");
            return reference(address, Fields.text(image, "sha256"));
        }
        return Fields.find(image, "url")
                .or(() -> Fields.find(image, "path"))
                .map(name -> Fields.asText(name, "the name of an image"))
                .map(this::named)
                .orElseThrow(() -> RefusedRowException.shape(
                        "an image is neither a path nor a data URL, nor an object with bytes, path or url"));
    }

    private static byte[] bytes(JsonNode value) {
        try {
            return value.binaryValue() == null ? new byte[0] : value.binaryValue();
        } catch (IOException e) {
            throw new RefusedRowException(RejectionReason.UNDECODABLE_IMAGE, "the bytes of an image are no base64");
        }
    }

    private Object named(String name) {
        if (name.regionMatches(true, 0, DATA, 0, DATA.length())) {
            return data(name);
        }
        var lower = name.substring(0, Math.min(name.length(), 8)).toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") || lower.startsWith("https://")) {
            throw refused(
                    "the image %s is on another host: download it and name the file, or give an object with uri and"
                                    .formatted(name)
                            + " sha256, which ingest fetches from its image-hosts");
        }
        return file(name);
    }

    private ByteBuffer data(String url) {
        int comma = url.indexOf(',');
        if (comma < 0 || !DATA_URL.matcher(url.substring(0, comma)).matches()) {
            throw new RefusedRowException(RejectionReason.UNDECODABLE_IMAGE, "a data URL of an image is not in base64");
        }
        return sized(base64(url.substring(comma + 1)));
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedRowException(
                    RejectionReason.UNDECODABLE_IMAGE, "a data URL of an image is damaged: " + e.getMessage());
        }
    }

    private static ImageReference reference(String url, String sha256) {
        if (!SHA256.matcher(sha256).matches()) {
            throw refused("the sha256 of %s has not 64 hexadecimal digits".formatted(url));
        }
        return new ImageReference(url, sha256.toLowerCase(Locale.ROOT));
    }

    private ByteBuffer file(String name) {
        try {
            var path = name.startsWith("file:") ? Path.of(URI.create(name)) : root.resolve(name);
            var file = path.toRealPath();
            if (!file.startsWith(root) || !Files.isRegularFile(file)) {
                throw refused("the image %s is no file below %s: --images names another folder".formatted(name, root));
            }
            try (var in = Files.newInputStream(file)) {
                return sized(in.readNBytes(maxBytes + 1));
            }
        } catch (IOException | InvalidPathException e) {
            throw refused("the image %s cannot be read below %s: --images names another folder".formatted(name, root));
        } catch (IllegalArgumentException e) {
            if (e instanceof RefusedRowException refused) {
                throw refused;
            }
            throw refused("the image %s is no file: URI".formatted(name));
        }
    }

    private ByteBuffer sized(byte[] image) {
        if (image.length > maxBytes) {
            throw new RefusedRowException(
                    RejectionReason.IMAGE_TOO_LARGE, "an image has more than the %d bytes allowed".formatted(maxBytes));
        }
        return ByteBuffer.wrap(image);
    }

    private static RefusedRowException refused(String message) {
        return new RefusedRowException(RejectionReason.IMAGE_REFERENCE_REFUSED, message);
    }
}

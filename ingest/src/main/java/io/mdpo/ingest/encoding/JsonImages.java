package io.mdpo.ingest.encoding;

import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ImageReference;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.regex.Pattern;

/** Reads an image of a JSON record: a data URL, its bytes in base64, or a reference with its digest. */
final class JsonImages {
    static final String EXPECTED =
            "an image as a data URL in base64, as {\"bytes\": base64}, or as {\"uri\": .., \"sha256\": ..}";

    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final String SCHEME = "data:";
    private static final String BASE64 = ";base64";

    private JsonImages() {}

    /** A {@link ByteBuffer} or an {@link ImageReference}, as a pair has them. */
    static Object read(JsonPlace image) {
        if (image.isText()) {
            return dataUrl(image);
        }
        image.object(EXPECTED);
        var bytes = image.find("bytes");
        if (bytes.isPresent()) {
            return base64(bytes.get(), bytes.get().text("the image's bytes in base64"), 0);
        }
        if (image.has("uri")) {
            return reference(image);
        }
        return dataUrl(image.find("url").orElseThrow(() -> image.misfit(EXPECTED)));
    }

    private static ImageReference reference(JsonPlace image) {
        var uri = image.get("uri", "a URI").text("a URI");
        var expected = "the SHA-256 of the image's bytes, 64 hexadecimal digits";
        var sha256 = image.get("sha256", expected);
        if (!SHA256.matcher(sha256.text(expected)).matches()) {
            throw sha256.misfit(RejectionReason.IMAGE_REFERENCE_REFUSED, expected);
        }
        return new ImageReference(uri, sha256.text(expected));
    }

    private static ByteBuffer dataUrl(JsonPlace place) {
        var url = place.text("a data URL in base64");
        if (!url.startsWith(SCHEME)) {
            throw place.misfit(
                    RejectionReason.IMAGE_REFERENCE_REFUSED,
                    "a data URL in base64; an image elsewhere is {\"uri\": .., \"sha256\": ..}");
        }
        int comma = url.indexOf(',');
        if (comma < 0 || !url.startsWith(BASE64, comma - BASE64.length())) {
            throw place.misfit(RejectionReason.UNDECODABLE_IMAGE, "a data URL in base64, data:image/png;base64,...");
        }
        return base64(place, url, comma + 1);
    }

    private static ByteBuffer base64(JsonPlace place, String text, int from) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(text.substring(from)));
        } catch (IllegalArgumentException e) {
            throw place.misfit(RejectionReason.UNDECODABLE_IMAGE, "base64 (%s)".formatted(e.getMessage()));
        }
    }
}

package io.mdpo.schemas.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.Set;

/** Formats that phones and browsers write and no decoder here reads, so that a refusal can name them. */
final class UnreadFormats {
    /** Where a file of ISO media (ISO/IEC 14496-12) has the letters ftyp, its brand, and the brands it agrees with. */
    private static final int BOX = 4;

    private static final int BRAND = 8;
    private static final int BRANDS_END = 64;

    private static final Set<String> AVIF = Set.of("avif", "avis");
    private static final Set<String> HEIC = Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");
    private static final Set<String> HEIF = Set.of("mif1", "mif2", "msf1", "miaf");

    private UnreadFormats() {}

    /** The format's name, where it is one of them. */
    static Optional<String> name(byte[] image) {
        if (image.length < BRAND + 4 || !letters(image, BOX).equals("ftyp")) {
            return Optional.empty();
        }
        boolean heif = false;
        // The first brand is the file's own; HEIF's general ones may stand before the one that says more.
        for (int at = BRAND; at + 4 <= Math.min(image.length, BRANDS_END); at += 4) {
            var brand = letters(image, at);
            if (AVIF.contains(brand)) {
                return Optional.of("AVIF");
            } else if (HEIC.contains(brand)) {
                return Optional.of("HEIC");
            }
            heif |= HEIF.contains(brand);
        }
        return heif ? Optional.of("HEIF") : Optional.of("a film or a photo in an ISO media file");
    }

    private static String letters(byte[] image, int at) {
        return new String(image, at, 4, ISO_8859_1);
    }
}

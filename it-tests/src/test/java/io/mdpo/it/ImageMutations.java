package io.mdpo.it;

import io.mdpo.schemas.image.HostileImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;

/** Images of every format that is read, sound or spoiled in a way that a decoder has to find out by itself. */
final class ImageMutations {
    private static final int PNG_SIGNATURE_BYTES = 8;
    private static final List<byte[]> SOUND = sound();

    /** Each inflates to a gigabyte, or past the end of its picture. */
    private static final List<byte[]> BOMBS = List.of(
            HostileImages.inflating("zTXt", 1 << 10),
            HostileImages.inflating("iTXt", 1 << 10),
            HostileImages.palettePngWith("iCCP", HostileImages.compressedChunk("iCCP", 1 << 10)),
            HostileImages.endlessPixels(1 << 10));

    private ImageMutations() {}

    private static List<byte[]> sound() {
        var images = new ArrayList<byte[]>();
        for (long seed = 0; seed < 4; seed++) {
            for (var format : List.of("png", "jpeg", "gif", "bmp")) {
                images.add(TinyImages.noise(format, 24 + (int) seed, 20 + (int) seed, seed));
            }
        }
        images.add(resource("lossy.webp"));
        images.add(resource("lossless.webp"));
        return images;
    }

    private static byte[] resource(String name) {
        try (var in = ImageMutations.class.getResourceAsStream("/images/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] sound(Random random) {
        return SOUND.get(random.nextInt(SOUND.size())).clone();
    }

    static byte[] hostile(Random random) {
        var image = sound(random);
        return switch (random.nextInt(10)) {
            case 0 -> Damage.cut(image, random);
            case 1 -> Damage.randomOf(random, 2000);
            // The first bytes name the format, the next ones sizes.
            case 2 -> withChecksums(Damage.overwrite(image, random, 8, Math.min(image.length, 64)));
            case 3 -> withChecksums(Damage.flip(image, random));
            case 4 -> structure(random);
            default -> Damage.flip(image, random);
        };
    }

    /** Files whose bytes are right and whose whole is not: nesting, sizes, aspects, and what inflates. */
    private static byte[] structure(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> HostileImages.nestedWebp(1 + random.nextInt(3_000));
            case 1 -> HostileImages.png(1 + random.nextInt(8), 1 + random.nextInt(2_000));
            case 2 -> HostileImages.png(1 + random.nextInt(2_000), 1 + random.nextInt(8));
            case 3 -> BOMBS.get(random.nextInt(BOMBS.size())).clone();
            case 4 -> withChecksums(Damage.overwrite(BOMBS.get(random.nextInt(BOMBS.size())), random, 8, 64));
            default -> HostileImages.isoMedia(random.nextBoolean() ? "heic" : "avif", "mif1");
        };
    }

    /** A PNG again where the image is one: a wrong checksum would keep the damage from the decoder. */
    private static byte[] withChecksums(byte[] image) {
        var png = ByteBuffer.wrap(image);
        if (image.length < PNG_SIGNATURE_BYTES || png.getInt(0) != 0x89504E47) {
            return image;
        }
        png.position(PNG_SIGNATURE_BYTES);
        while (png.remaining() >= 12) {
            int length = png.getInt();
            if (length < 0 || length > png.remaining() - 8) {
                break;
            }
            var crc = new CRC32();
            crc.update(image, png.position(), Integer.BYTES + length);
            png.position(png.position() + Integer.BYTES + length).putInt((int) crc.getValue());
        }
        return image;
    }
}

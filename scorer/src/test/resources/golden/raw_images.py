"""Pictures as people send them, and the RGB that a served model sees: on white, and with transparency dropped.

On white is what vLLM hands to every processor (vllm/multimodal/image.py) and what the processor of Idefics3 makes of RGBA:
whatever is not RGB becomes RGBA and is composed. A file of RGB is taken as it is, also where it names a transparent colour.
Dropped is `convert("RGB")`, which the other processors begin with.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms
from transformers.models.idefics3.image_processing_idefics3 import convert_to_rgb

from make_images import picture

RAW = Path(__file__).parent / "raw"


def on_white(image):
    if image.mode == "RGB":
        return image
    rgba = image.convert("RGBA")
    composed = Image.alpha_composite(Image.new("RGBA", rgba.size, (255, 255, 255)), rgba).convert("RGB")
    if image.mode == "RGBA":
        assert np.array_equal(np.array(composed), convert_to_rgb(np.array(image))), "not what Idefics3 makes"
    return composed


def long_png(samples):
    """A PNG of 16 bits a channel, which Pillow does not write: samples (height, width, channels)."""
    height, width, channels = samples.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )


def swapped_profile():
    """sRGB with red and blue exchanged: whoever follows it makes another picture."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # the moment at which it was made
    tags = struct.unpack(">I", profile[128:132])[0]
    places = {bytes(profile[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(tags)}
    red, blue = (profile[places[name] + 4 : places[name] + 12] for name in (b"rXYZ", b"bXYZ"))
    profile[places[b"rXYZ"] + 4 : places[b"rXYZ"] + 12] = blue
    profile[places[b"bXYZ"] + 4 : places[b"bXYZ"] + 12] = red
    return bytes(profile)


def main():
    RAW.mkdir(exist_ok=True)
    fade = np.tile(np.linspace(0, 255, 37).round().astype(np.uint8), (30, 1))

    rgba = np.dstack([np.array(picture(37, 30, seed=11)), fade])
    rgba[:8, :8] = 0
    Image.fromarray(rgba).save(RAW / "rgba.png")
    grey = np.dstack([np.array(picture(37, 30, seed=12).convert("L")), fade])
    Image.fromarray(grey).save(RAW / "grey_alpha.png")
    palette = picture(37, 30, seed=13).quantize(16, dither=Image.Dither.NONE)
    palette.save(RAW / "palette_alpha.png", transparency=bytes(range(0, 256, 17)))

    picture(37, 30, seed=18).save(RAW / "rgb_key.png", transparency=(225, 40, 30))
    shades = picture(37, 30, seed=19).convert("L")
    shades.save(RAW / "grey_key.png", transparency=int(np.bincount(np.array(shades).ravel()).argmax()))

    long = np.array(picture(37, 30, seed=14)).astype(np.uint16) * 256 + np.arange(37, dtype=np.uint16)[None, :, None] * 6
    (RAW / "rgb_16.png").write_bytes(long_png(long))
    (RAW / "rgba_16.png").write_bytes(long_png(np.dstack([long, fade.astype(np.uint16) * 257])))
    (RAW / "grey_alpha_16.png").write_bytes(long_png(np.dstack([long[..., 0], fade.astype(np.uint16) * 257])))
    # Pillow clips every sample above 255 to white here, which no reader of such a picture means.
    (RAW / "grey_16.png").write_bytes(long_png(long[..., :1]))

    picture(40, 30, seed=15).save(RAW / "profile.jpg", quality=95, icc_profile=swapped_profile())
    picture(40, 30, seed=15).save(RAW / "profile.png", icc_profile=swapped_profile())
    picture(40, 30, seed=15).save(RAW / "profile.webp", lossless=True, icc_profile=swapped_profile())
    picture(37, 30, seed=16).save(RAW / "lossless.webp", lossless=True)
    Image.fromarray(rgba).save(RAW / "rgba.webp", lossless=True, exact=True)
    picture(40, 30, seed=17).convert("CMYK").save(RAW / "cmyk.jpg", quality=95)

    for file in sorted(RAW.iterdir()):
        if not file.stem.endswith(("_on_white", "_dropped")):
            image = Image.open(file)
            if image.mode == "I;16":
                image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
            name = file.name.replace(".", "_")
            # Through arrays: Pillow would write the transparent colour into the results too.
            white, dropped = (Image.fromarray(np.array(seen)) for seen in (on_white(image), image.convert("RGB")))
            white.save(RAW / f"{name}_on_white.png", optimize=True, icc_profile=None)
            if not np.array_equal(white, dropped):
                dropped.save(RAW / f"{name}_dropped.png", optimize=True, icc_profile=None)


if __name__ == "__main__":
    main()

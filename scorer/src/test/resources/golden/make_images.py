"""Draws the test images. Their noise is seeded, so every run writes the same pixels."""

import numpy as np
from PIL import Image, ImageDraw

from common import IMAGES

ORIENTATION = 0x0112


def picture(width, height, seed, noise=12.0):
    """A smooth two-way gradient with a disc, a bar, thin stripes and noise: all that resampling can get wrong."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    phase = random.uniform(0, 2 * np.pi, 3)
    pixels = np.stack([128 + 90 * np.sin(4 * x + 3 * y * (c + 1) / 2 + phase[c]) for c in range(3)], axis=-1)
    right = np.arange(width) >= 0.62 * width
    pixels[:, right & (np.arange(width) % 3 == 0)] *= 0.35
    pixels[int(0.7 * height) : int(0.82 * height), : width // 2] = (20, 60, 200)
    centre_x, centre_y, radius = 0.38 * width, 0.4 * height, 0.22 * min(width, height)
    disc = (np.arange(width) - centre_x) ** 2 + (np.arange(height)[:, None] - centre_y) ** 2 < radius**2
    pixels[disc] = (225, 40, 30)
    patch = np.s_[height // 2 :, width // 3 : 2 * width // 3]
    pixels[patch] += random.normal(0, noise, pixels[patch].shape)
    return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))


def photo(width, height):
    """A scene, larger and flat in most places, so that what is made of it stays a small file."""
    image = Image.new("RGB", (width, height), (176, 205, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.6 * height, width, height), fill=(70, 120, 60))
    draw.ellipse((0.7 * width, 0.08 * height, 0.82 * width, 0.26 * height), fill=(250, 220, 90))
    mountain = [(0.1 * width, 0.6 * height), (0.3 * width, 0.15 * height), (0.55 * width, 0.6 * height)]
    draw.polygon(mountain, fill=(110, 100, 105))
    draw.rectangle((0.6 * width, 0.45 * height, 0.68 * width, 0.75 * height), fill=(150, 30, 40))
    for i in range(24):
        draw.line((0.02 * width, 0.65 * height + 4 * i, 0.4 * width, 0.62 * height + 6 * i), fill=(240, 240, 230))
    detail = picture(110, 90, seed=7)
    image.paste(detail, (width - 230, height - 120))
    return image


def main():
    IMAGES.mkdir(exist_ok=True)
    picture(52, 83, seed=1).save(IMAGES / "portrait.png")
    picture(97, 61, seed=2).save(IMAGES / "landscape.png")
    picture(71, 53, seed=3).save(IMAGES / "odd.png")
    picture(70, 42, seed=4).convert("L").save(IMAGES / "grey.png")
    alpha = picture(37, 30, seed=5).convert("RGBA")
    alpha.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, 37).round().astype(np.uint8), (30, 1))))
    alpha.save(IMAGES / "alpha.png")
    picture(150, 110, seed=6).quantize(64, dither=Image.Dither.NONE).save(IMAGES / "palette.png")
    rotated = picture(90, 64, seed=8)
    exif = rotated.getexif()
    exif[ORIENTATION] = 6  # To be shown a quarter turn to the right.
    rotated.save(IMAGES / "rotated.jpg", quality=95, exif=exif)
    photo(640, 427).save(IMAGES / "photo_landscape.png", optimize=True)


if __name__ == "__main__":
    main()

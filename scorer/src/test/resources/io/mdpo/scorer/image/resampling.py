"""Writes resampling.json: what Pillow makes of a small noise image. Run with Pillow 12.0.0; the test asks for equality."""

import json
import random

from PIL import Image

random.seed(20260101)
WIDTH, HEIGHT = 13, 9
pixels = bytes(random.randrange(256) for _ in range(3 * WIDTH * HEIGHT))
image = Image.frombytes("RGB", (WIDTH, HEIGHT), pixels)
cases = []
for name, method in [("BILINEAR", Image.BILINEAR), ("BICUBIC", Image.BICUBIC), ("LANCZOS", Image.LANCZOS)]:
    for size in [(13, 9), (26, 18), (5, 4), (7, 20), (31, 3), (1, 1)]:
        resized = image.resize(size, method)
        cases.append({"filter": name, "width": size[0], "height": size[1], "rgb": resized.tobytes().hex()})
json.dump({"width": WIDTH, "height": HEIGHT, "rgb": pixels.hex(), "cases": cases}, open("resampling.json", "w"), indent=1)

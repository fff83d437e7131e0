"""Writes what the processors of the released models make of the large scene, before it is rescaled and normalised."""

import numpy as np
from PIL import Image
from transformers import (
    CLIPImageProcessor,
    Idefics3ImageProcessor,
    LlavaImageProcessor,
    Qwen2VLImageProcessor,
    SiglipImageProcessor,
)

from bunny import padded
from common import HERE, fresh, load_image, write_json

CLIP = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
RESCALING = {"do_normalize": True, "do_rescale": True, "rescale_factor": 1 / 255}
RAW = {"do_rescale": False, "do_normalize": False}

LLAVA = {
    "crop_size": {"height": 336, "width": 336},
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_resize": True,
    "image_processor_type": "CLIPImageProcessor",
    "resample": 3,
    "size": {"shortest_edge": 336},
    **CLIP,
    **RESCALING,
}
CONFIGS = {
    "llava": LLAVA,  # llava-hf/llava-1.5-7b-hf
    "llava_pad": LLAVA | {"do_pad": True, "image_processor_type": "LlavaImageProcessor"},  # As the original LLaVA.
    "bunny": {  # google/siglip-so400m-patch14-384, which Bunny names as its tower
        "do_resize": True,
        "image_processor_type": "SiglipImageProcessor",
        "resample": 3,
        "size": {"height": 384, "width": 384},
        **HALF,
        **RESCALING,
    },
    "qwen2_5_vl": {  # Qwen/Qwen2.5-VL-3B-Instruct
        "image_processor_type": "Qwen2VLImageProcessor",
        "max_pixels": 12845056,
        "merge_size": 2,
        "min_pixels": 3136,
        "patch_size": 14,
        "temporal_patch_size": 2,
        **CLIP,
    },
    "idefics3": {  # HuggingFaceTB/SmolVLM-Instruct
        "do_convert_rgb": True,
        "do_image_splitting": True,
        "do_pad": True,
        "do_resize": True,
        "image_processor_type": "Idefics3ImageProcessor",
        "max_image_size": {"longest_edge": 384},
        "resample": 1,
        "size": {"longest_edge": 1536},
        **HALF,
        **RESCALING,
    },
}
CLASSES = (
    CLIPImageProcessor,
    Idefics3ImageProcessor,
    LlavaImageProcessor,
    Qwen2VLImageProcessor,
    SiglipImageProcessor,
)


def processor(name):
    settings = dict(CONFIGS[name])
    kind = settings.pop("image_processor_type")
    return next(each for each in CLASSES if each.__name__ == kind)(**settings)


def picture(pixels):
    """An image from (channels, height, width)."""
    return Image.fromarray(np.asarray(pixels, dtype=np.uint8).transpose(1, 2, 0))


def unpatchified(patches, grid, settings):
    """The resized image that Qwen's processor has cut into patches, in the order of windows of merge_size squared."""
    merge, patch, time = settings["merge_size"], settings["patch_size"], settings["temporal_patch_size"]
    rows, columns = grid[1] // merge, grid[2] // merge
    frames = patches.reshape(rows, columns, merge, merge, 3, time, patch, patch).transpose(5, 4, 0, 2, 6, 1, 3, 7)
    return frames.reshape(time, 3, rows * merge * patch, columns * merge * patch)[0]


def tiled(tiles, rows, columns):
    """Tiles, row by row, put together again."""
    height, width = tiles.shape[2:]
    grid = tiles.reshape(rows, columns, 3, height, width).transpose(2, 0, 3, 1, 4)
    return grid.reshape(3, rows * height, columns * width)


def main():
    directory = fresh(HERE / "fullsize")
    photo = load_image("photo_landscape.png")
    pictures = {
        "llava": picture(processor("llava")(photo, **RAW)["pixel_values"][0]),
        "llava_pad": picture(processor("llava_pad")(photo, **RAW)["pixel_values"][0]),
        "bunny": picture(processor("bunny")(padded(photo), **RAW)["pixel_values"][0]),
    }
    qwen = processor("qwen2_5_vl")(photo, **RAW)
    image = unpatchified(qwen["pixel_values"], qwen["image_grid_thw"][0], CONFIGS["qwen2_5_vl"])
    pictures["qwen2_5_vl"] = picture(image)
    idefics = processor("idefics3")(photo, return_row_col_info=True, **RAW)
    tiles = np.asarray(idefics["pixel_values"][0])
    pictures["idefics3"] = picture(tiled(tiles[:-1], idefics["rows"][0][0], idefics["cols"][0][0]))
    pictures["idefics3_global"] = picture(tiles[-1])
    for name, image in pictures.items():
        image.save(directory / f"{name}.png", optimize=True)
        print(f"{name}: {image.width} x {image.height}")
    for name, config in CONFIGS.items():
        write_json(directory / f"{name}.json", dict(sorted(config.items())))


if __name__ == "__main__":
    main()

"""Writes the golden files of Qwen2.5-VL."""

import json

import torch
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2VLImageProcessor,
    Qwen2VLVideoProcessor,
)

import tiny_tokenizers
from common import HERE, ProcessorFamily, fresh, spread_weights, with_slow_images, write_golden

MIN_PIXELS = 56 * 56
MAX_PIXELS = 28 * 28 * 16

# The template of Qwen/Qwen2.5-VL-3B-Instruct.
CHAT_TEMPLATE = (
    "{% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}"
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system\n"
    "You are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n{% else %}"
    "{% for content in message['content'] %}"
    "{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}"
    "{% set image_count.value = image_count.value + 1 %}"
    "{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif content['type'] == 'video' or 'video' in content %}"
    "{% set video_count.value = video_count.value + 1 %}"
    "{% if add_vision_id %}Video {{ video_count.value }}: {% endif %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def config_json(tokenizer):
    """The settings of Qwen/Qwen2.5-VL-3B-Instruct, in its order and nesting, with small sizes."""
    names = ("endoftext", "im_end", "vision_start", "vision_end", "vision_pad", "image_pad", "video_pad")
    ids = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in names}
    return {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "attention_dropout": 0.0,
        "bos_token_id": ids["endoftext"],
        "eos_token_id": ids["im_end"],
        "vision_start_token_id": ids["vision_start"],
        "vision_end_token_id": ids["vision_end"],
        "vision_token_id": ids["vision_pad"],
        "image_token_id": ids["image_pad"],
        "video_token_id": ids["video_pad"],
        "hidden_act": "silu",
        "hidden_size": 48,
        "initializer_range": 0.02,
        "intermediate_size": 88,
        "max_position_embeddings": 1024,
        "max_window_layers": 70,
        "model_type": "qwen2_5_vl",
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1000000.0,
        "sliding_window": 32768,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_cache": True,
        "use_sliding_window": False,
        "vision_config": {
            "depth": 4,
            "hidden_act": "silu",
            "hidden_size": 32,
            "intermediate_size": 56,
            "num_heads": 4,
            "in_chans": 3,
            "out_hidden_size": 48,
            "patch_size": 14,
            "spatial_merge_size": 2,
            "spatial_patch_size": 14,
            "window_size": 56,
            "fullatt_block_indexes": [1, 3],
            "tokens_per_second": 2,
            "temporal_patch_size": 2,
        },
        "rope_scaling": {"type": "mrope", "mrope_section": [1, 2, 3]},
        "vocab_size": -(-len(tokenizer) // 64) * 64,
    }


class Qwen(ProcessorFamily):
    name = "qwen2_5_vl"
    seed = 2
    end = "<|im_end|>"
    adapted_layers = r".*\.language_model\.layers\.\d+\.(self_attn|mlp)\.(q|k|v|o|gate|up|down)_proj"
    pixel_cases = ("portrait", "landscape", "grey", "alpha", "palette")

    def features(self, pixels):
        return torch.cat(self.model.get_image_features(pixels["pixel_values"], pixels["image_grid_thw"]))

    def extra(self, ids, pixels):
        positions, _ = self.model.model.get_rope_index(torch.tensor([ids]), pixels["image_grid_thw"])
        return {"position_ids": positions[:, 0], "image_grid_thw": pixels["image_grid_thw"]}


def new_family():
    tokenizer = tiny_tokenizers.qwen()
    model = Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(**config_json(tokenizer)))
    spread_weights(model, Qwen.seed, embeddings=0.3)  # Tied: they also make the logits.
    images = Qwen2VLImageProcessor(min_pixels=MIN_PIXELS, max_pixels=MAX_PIXELS)
    processor = Qwen2_5_VLProcessor(images, tokenizer, Qwen2VLVideoProcessor(), chat_template=CHAT_TEMPLATE)
    return Qwen(model, processor)


def read_family():
    directory = HERE / Qwen.name / "model"
    model = Qwen2_5_VLForConditionalGeneration.from_pretrained(directory)
    return Qwen(model, with_slow_images(Qwen2_5_VLProcessor.from_pretrained(directory), Qwen2VLImageProcessor, directory))


def main():
    family = new_family()
    directory = fresh(HERE / family.name / "model")
    family.model.save_pretrained(directory)
    family.processor.save_pretrained(directory)
    as_released(family, directory)
    write_golden(read_family())


def as_released(family, directory):
    """Leaves the files of the released model, and the config.json of today's transformers beside them."""
    nested = fresh(HERE / family.name / "nested_config")
    (directory / "config.json").rename(nested / "config.json")
    settings = json.dumps(config_json(family.tokenizer), indent=2)
    (directory / "config.json").write_text(settings + "\n")
    (directory / "chat_template.jinja").unlink()
    template = json.dumps({"chat_template": CHAT_TEMPLATE}, indent=2)
    (directory / "chat_template.json").write_text(template + "\n")
    (directory / "video_preprocessor_config.json").unlink()


if __name__ == "__main__":
    main()

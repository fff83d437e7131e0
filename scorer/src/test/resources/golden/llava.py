"""Writes the golden files of LLaVA-1.5 as transformers has it."""

import torch
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaImageProcessor,
    LlavaProcessor,
)

import tiny_tokenizers
from cases import cases
from common import (
    ADAPTED_CASE,
    HERE,
    ProcessorFamily,
    fresh,
    load_image,
    numbers,
    spread_weights,
    with_slow_images,
    write_golden,
)

SIDE = 56
PATCH = 14

# The template of llava-hf/llava-1.5-7b-hf.
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\n' }}{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
    "{% endfor %}{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


class Llava(ProcessorFamily):
    name = "llava"
    seed = 1
    end = "</s>"
    adapted_layers = r".*\.language_model\.layers\.\d+\.(self_attn|mlp)\.(q|k|v|o|gate|up|down)_proj"

    def features(self, pixels):
        return torch.cat(self.model.get_image_features(pixels["pixel_values"]))


def size(edge):
    return {"size": {"shortest_edge": edge}, "crop_size": {"height": edge, "width": edge}}


def new_family():
    tokenizer = tiny_tokenizers.llama()
    vocabulary = -(-len(tokenizer) // 64) * 64  # Rounded up with rows that no token uses, as in the released model.
    vision = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        image_size=SIDE,
        patch_size=PATCH,
        projection_dim=32,
    )
    text = LlamaConfig(
        hidden_size=32,
        intermediate_size=72,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        vocab_size=vocabulary,
        rms_norm_eps=1e-5,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        image_seq_length=(SIDE // PATCH) ** 2,
        vision_feature_layer=-2,
        tie_word_embeddings=False,
    )
    model = LlavaForConditionalGeneration(config)
    spread_weights(model, Llava.seed)
    processor = LlavaProcessor(
        CLIPImageProcessor(**size(SIDE)),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT_TEMPLATE,
    )
    return Llava(model, processor)


def read_family():
    directory = HERE / Llava.name / "model"
    model = LlavaForConditionalGeneration.from_pretrained(directory)
    return Llava(model, with_slow_images(LlavaProcessor.from_pretrained(directory), CLIPImageProcessor, directory))


def further(family, golden, tensors):
    """Padded instead of cropped images, and the scores of the weights that were rounded to bf16."""
    padding = LlavaImageProcessor(do_pad=True, **size(SIDE))
    padding.save_pretrained(fresh(family.directory / "pad"))
    for case in cases(system=True):
        if case["name"] not in family.pixel_cases:
            continue
        pixels = padding(load_image(case["image"]), return_tensors="pt")["pixel_values"]
        tensors[f"{case['name']}.pad.pixel_values"] = pixels
    exact = family.model
    family.model = LlavaForConditionalGeneration.from_pretrained(
        family.directory / "model_sharded_bf16", dtype=torch.float32
    ).eval()
    entry = next(entry for entry in golden["cases"] if entry["name"] == ADAPTED_CASE)
    _, pixels = family.encode(entry["promptText"], load_image(entry["image"]))
    rounded = {
        side + "LogProbs": numbers(family.log_probs(entry["promptIds"], entry[side + "Ids"], pixels))
        for side in ("chosen", "rejected")
    }
    golden["shardedBf16"] = {"case": ADAPTED_CASE, **rounded}
    family.model = exact


def main():
    family = new_family()
    directory = fresh(HERE / family.name / "model")
    family.model.save_pretrained(directory)
    family.processor.save_pretrained(directory)
    sharded = fresh(HERE / family.name / "model_sharded_bf16")
    family.processor.save_pretrained(sharded)
    family.model.to(torch.bfloat16).save_pretrained(sharded, max_shard_size="80KB")
    write_golden(read_family(), further)


if __name__ == "__main__":
    main()

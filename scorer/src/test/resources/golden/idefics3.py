"""Writes the golden files of Idefics3, the architecture of SmolVLM."""

import json

from transformers import (
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    Idefics3ImageProcessor,
    Idefics3Processor,
)

import tiny_tokenizers
from cases import cases
from common import HERE, ProcessorFamily, case_entry, fresh, spread_weights, with_slow_images, write_golden

TILE = 36  # Not a multiple of the patches, as the 384 of SmolVLM-Instruct is none of 14.
PATCH = 8
SCALE = 2

# The template of HuggingFaceTB/SmolVLM-256M-Instruct.
CHAT_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
    "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


class Idefics3(ProcessorFamily):
    name = "idefics3"
    seed = 1
    end = "<end_of_utterance>"
    adapted_layers = r".*\.text_model\.layers\.\d+\.(self_attn|mlp)\.(q|k|v|o|gate|up|down)_proj"
    pixel_cases = ("portrait", "landscape", "odd", "landscape_whole")

    def features(self, pixels):
        return self.model.get_image_features(**pixels).flatten(0, 1)

    def stored_pixels(self, pixels):
        return {"pixel_values": pixels["pixel_values"][0]}


class Idefics3InOrder(Idefics3):
    """The same with the patches of a tile at positions 0, 1, 2, ... in every precision. See NOTES.md."""

    pixel_cases = ()

    def __init__(self, model, processor):
        super().__init__(model, processor)
        model.model.vision_model.embeddings.forward = self.embeddings

    def embeddings(self, pixel_values, patch_attention_mask):
        embeddings = self.model.model.vision_model.embeddings
        patches = embeddings.patch_embedding(pixel_values).flatten(2).transpose(1, 2)
        return patches + embeddings.position_embedding.weight


def image_processor(splitting):
    return Idefics3ImageProcessor(
        size={"longest_edge": 3 * TILE}, max_image_size={"longest_edge": TILE}, do_image_splitting=splitting
    )


def new_processor(tokenizer, splitting):
    return Idefics3Processor(
        image_processor(splitting),
        tokenizer,
        image_seq_len=(TILE // PATCH // SCALE) ** 2,
        chat_template=CHAT_TEMPLATE,
    )


def new_family():
    tokenizer = tiny_tokenizers.smollm()
    vocabulary = -(-len(tokenizer) // 64) * 64
    config = Idefics3Config(
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        scale_factor=SCALE,
        tie_word_embeddings=False,
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 72,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "image_size": TILE,
            "patch_size": PATCH,
        },
        text_config={
            "model_type": "llama",
            "hidden_size": 32,
            "intermediate_size": 72,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 1024,
            "pad_token_id": tokenizer.pad_token_id,
            "rms_norm_eps": 1e-5,
            "rope_theta": 100000.0,
            "vocab_size": vocabulary,
        },
    )
    model = Idefics3ForConditionalGeneration(config)
    spread_weights(model, Idefics3.seed)
    return Idefics3(model, new_processor(tokenizer, splitting=True))


def read_family():
    directory = HERE / Idefics3.name / "model"
    model = Idefics3ForConditionalGeneration.from_pretrained(directory)
    return Idefics3(model, with_slow_images(Idefics3Processor.from_pretrained(directory), Idefics3ImageProcessor, directory))


def read_family_in_order():
    family = read_family()
    return Idefics3InOrder(family.model, family.processor)


def further(family, golden, tensors):
    """A case whose image is not split into tiles."""
    whole = type(family)(family.model, new_processor(family.tokenizer, splitting=False))
    whole.processor.image_processor.save_pretrained(fresh(family.directory / "whole"))
    case = next(case for case in cases(system=True) if case["name"] == "landscape")
    entry = case_entry(whole, case | {"name": "landscape_whole"}, 0, tensors)
    golden["cases"].append(entry | {"preprocessorConfig": "whole/preprocessor_config.json"})


def main():
    family = new_family()
    directory = fresh(HERE / family.name / "model")
    family.model.save_pretrained(directory)
    family.processor.save_pretrained(directory)
    (directory / "chat_template.jinja").unlink()  # The released models have it as JSON.
    template = json.dumps({"chat_template": CHAT_TEMPLATE}, indent=2)
    (directory / "chat_template.json").write_text(template + "\n")
    write_golden(read_family(), further)
    write_golden(read_family_in_order(), further, "golden_in_order")


if __name__ == "__main__":
    main()

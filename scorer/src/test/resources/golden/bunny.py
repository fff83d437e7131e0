"""Writes the golden files of Bunny-v1.0-3B: SigLIP, a two-layer projector and Phi-2, put together from transformers."""

import json

import safetensors.torch
import torch
from PIL import Image
from torch import nn
from transformers import (
    CodeGenTokenizerFast,
    PhiConfig,
    PhiForCausalLM,
    SiglipImageProcessor,
    SiglipVisionConfig,
    SiglipVisionModel,
)

import tiny_tokenizers
from common import HERE, Family, fresh, spread_weights, write_golden, write_json

SIDE = 56
IMAGE_ID = -200
GREY = 127  # int(0.5 * 255)

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)

VISION = {
    "hidden_act": "gelu_pytorch_tanh",
    "hidden_size": 32,
    "image_size": SIDE,
    "intermediate_size": 72,
    "layer_norm_eps": 1e-6,
    "model_type": "siglip_vision_model",
    "num_attention_heads": 4,
    "num_channels": 3,
    "num_hidden_layers": 4,
    "patch_size": 14,
}


def config_json(tokenizer):
    """The settings of BAAI/Bunny-v1_0-3B with small sizes; vision_config stands for sizes that its code knows."""
    end = tokenizer.eos_token_id
    return {
        "architectures": ["BunnyPhiForCausalLM"],
        "attention_dropout": 0.0,
        "auto_map": {
            "AutoConfig": "configuration_bunny_phi.BunnyPhiConfig",
            "AutoModelForCausalLM": "modeling_bunny_phi.BunnyPhiForCausalLM",
        },
        "bos_token_id": end,
        "embd_pdrop": 0.0,
        "eos_token_id": end,
        "freeze_mm_mlp_adapter": False,
        "hidden_act": "gelu_new",
        "hidden_size": 40,
        "image_aspect_ratio": "pad",
        "initializer_range": 0.02,
        "intermediate_size": 80,
        "layer_norm_eps": 1e-5,
        "max_position_embeddings": 512,
        "mm_hidden_size": VISION["hidden_size"],
        "mm_projector_lr": 2e-5,
        "mm_projector_type": "mlp2x_gelu",
        "mm_vision_tower": "google/siglip-so400m-patch14-384",
        "model_type": "bunny-phi",
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 4,
        "pad_token_id": end,
        "partial_rotary_factor": 0.4,
        "qk_layernorm": False,
        "resid_pdrop": 0.1,
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
        "tokenizer_model_max_length": 512,
        "tokenizer_padding_side": "right",
        "torch_dtype": "float32",
        "tune_mm_mlp_adapter": False,
        "use_cache": True,
        "use_mm_proj": True,
        "vision_config": VISION,
        "vocab_size": len(tokenizer),
    }


class VisionTower(nn.Module):
    """SigLIP without its last layer."""

    def __init__(self, settings):
        super().__init__()
        self.vision_tower = SiglipVisionModel(SiglipVisionConfig(**settings, vision_use_head=False))
        del self.vision_tower.vision_model.encoder.layers[-1:]

    def forward(self, pixels):
        # Not hidden_states[-1], to which newer versions of transformers apply post_layernorm.
        vision = self.vision_tower.vision_model
        return vision.encoder(inputs_embeds=vision.embeddings(pixels)).last_hidden_state


class BunnyPhi(PhiForCausalLM):
    """Phi with modules called as in the released checkpoint."""

    def __init__(self, settings):
        config = PhiConfig(**{key: value for key, value in settings.items() if key != "vision_config"})
        super().__init__(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.model.vision_tower = VisionTower(settings["vision_config"])
        self.model.mm_projector = nn.Sequential(
            nn.Linear(settings["mm_hidden_size"], config.hidden_size),
            nn.GELU(),
            nn.Linear(config.hidden_size, config.hidden_size),
        )


class Bunny(Family):
    name = "bunny"
    seed = 4
    end = "<|endoftext|>"
    system_turn = False
    adapted_layers = r"model\.layers\.\d+\.(self_attn\.(q_proj|k_proj|v_proj|dense)|mlp\.(fc1|fc2))"

    def __init__(self, model, tokenizer):
        super().__init__(model, tokenizer)
        self.image_processor = SiglipImageProcessor(
            size={"height": SIDE, "width": SIDE}, resample=Image.Resampling.BICUBIC
        )

    def prompt(self, turns):
        """The conversation of the version "bunny", with the image in the first user turn."""
        text = SYSTEM + " "
        for i, turn in enumerate(turns):
            image = "<image>\n" if i == 0 and self.pictured else ""
            text += f"USER: {image}{turn['text']} " if turn["role"] == "user" else f"ASSISTANT: {turn['text']}{self.end}"
        return text + "ASSISTANT:"

    def answered(self, turns, answer):
        return self.prompt(turns) + f" {answer}{self.end}"

    def encode(self, text, image):
        """Each side of the image is encoded for itself; the image's number stands between, once for each feature."""
        if not self.pictured:
            return self.tokenizer(text).input_ids, {}
        before, after = (self.tokenizer(part).input_ids for part in text.split("<image>"))
        patches = (SIDE // VISION["patch_size"]) ** 2
        pixels = self.image_processor(padded(image), return_tensors="pt")["pixel_values"]
        return before + [IMAGE_ID] * patches + after, {"pixel_values": pixels}

    def features(self, pixels):
        return self.model.model.mm_projector(self.model.model.vision_tower(pixels["pixel_values"]))[0]

    def logits(self, ids, pixels):
        ids = torch.tensor(ids)
        image = ids == IMAGE_ID
        embeddings = self.model.model.embed_tokens(ids.masked_fill(image, 0))
        if self.pictured:
            embeddings = embeddings.masked_scatter(image[:, None], self.features(pixels))
        states = self.model.model(inputs_embeds=embeddings[None], use_cache=False).last_hidden_state
        return self.model.lm_head(states)[0]


def padded(image):
    """The image in the middle of a grey square."""
    side = max(image.size)
    square = Image.new("RGB", (side, side), (GREY, GREY, GREY))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


def new_family():
    tokenizer = tiny_tokenizers.codegen()
    model = BunnyPhi(config_json(tokenizer))
    spread_weights(model, Bunny.seed)
    return Bunny(model, tokenizer)


def read_family():
    directory = HERE / Bunny.name / "model"
    model = BunnyPhi(json.loads((directory / "config.json").read_text()))
    model.load_state_dict(safetensors.torch.load_file(directory / "model.safetensors"))
    return Bunny(model, CodeGenTokenizerFast.from_pretrained(directory))


def main():
    family = new_family()
    directory = fresh(HERE / family.name / "model")
    settings = config_json(family.tokenizer)
    (directory / "config.json").write_text(json.dumps(settings, indent=2) + "\n")
    end = family.tokenizer.eos_token_id
    write_json(
        directory / "generation_config.json",
        {"_from_model_config": True, "bos_token_id": end, "eos_token_id": end, "pad_token_id": end},
    )
    family.tokenizer.save_pretrained(directory)
    weights = {name: weight.contiguous() for name, weight in family.model.state_dict().items()}
    safetensors.torch.save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    write_golden(read_family())


if __name__ == "__main__":
    main()

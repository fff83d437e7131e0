"""What every generator shares: images, weights, log-probabilities, adapters, and how the golden files are written."""

import json
import shutil
from pathlib import Path

import numpy
import peft
import PIL
import safetensors.torch
import tokenizers
import torch
import torchvision
import transformers
from PIL import Image, ImageOps

from cases import TOKENIZATION, cases

HERE = Path(__file__).parent
IMAGES = HERE / "images"
VERSIONS = {
    module.__name__: module.__version__
    for module in (torch, torchvision, transformers, tokenizers, peft, safetensors, numpy, PIL)
}
ADAPTED_CASE = "landscape"
LOGIT_CASES = ("portrait", "landscape", "odd", "multi_turn")
GREEDY_CASES = ("landscape", "palette", "multi_turn")
GREEDY_TOKENS = 32
CLEAR_LEAD = 1e-3

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
transformers.logging.set_verbosity_error()


# Images


def load_image(name):
    """An image as applications load it: turned as EXIF says, then made RGB. Transparency is dropped, not blended."""
    return ImageOps.exif_transpose(Image.open(IMAGES / name)).convert("RGB")


def crop_of(image, seed):
    """A rectangle of about a tenth of the area."""
    random = numpy.random.default_rng(seed)
    width, height = round(0.36 * image.width), round(0.29 * image.height)
    left, top = random.integers(0, image.width - width + 1), random.integers(0, image.height - height + 1)
    return {"left": int(left), "top": int(top), "width": width, "height": height}


def corrupted(image, crop):
    """The rectangle, enlarged to the size of the whole image."""
    left, top = crop["left"], crop["top"]
    part = image.crop((left, top, left + crop["width"], top + crop["height"]))
    return part.resize(image.size, Image.Resampling.BILINEAR)


# Weights


def spread_weights(model, seed, embeddings=0.6):
    """Replaces all weights by seeded noise that keeps activations and attention patterns far from uniform."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=random)
            weight.copy_(spread(name, noise, embeddings))


def spread(name, noise, embeddings):
    if "norm" in name or "ln_q" in name or "layrnorm" in name:
        return 0.1 * noise if name.endswith("bias") else 1 + 0.1 * noise
    if name.endswith("bias"):
        return 0.1 * noise
    if "embedding" in name and "patch" not in name or "embed_tokens" in name:
        return embeddings * noise
    inputs = noise[0].numel()
    sharp = any(part in name for part in ("q_proj", "k_proj", "qkv", "lm_head"))
    return (1.5 if sharp else 1.1) * noise / inputs**0.5


def add_adapter(model, layers, seed, directory):
    """Adds LoRA with random A and B to the layers that match a pattern, and writes it the way PEFT does."""
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules=layers, lora_dropout=0.0, task_type="CAUSAL_LM")
    adapted = peft.get_peft_model(model, config)
    config.base_model_name_or_path = "../model"
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in adapted.named_parameters():
            if "lora_" in name:
                noise = torch.randn(weight.shape, generator=random)
                weight.copy_(noise / weight.shape[1] ** 0.5 if "lora_A" in name else 0.15 * noise)
    shutil.rmtree(directory, ignore_errors=True)
    adapted.save_pretrained(directory, save_embedding_layers=False)
    (directory / "README.md").unlink()
    config_file = directory / "adapter_config.json"
    settings = json.loads(config_file.read_text())
    config_file.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
    return adapted


# Families


def with_slow_images(processor, image_processor, directory):
    """The processor with the reference image processor, which works on 8 bits; its tokenizer stays the fast one."""
    processor.image_processor = image_processor.from_pretrained(directory)
    return processor


class Family:
    """A model with its texts and images. Subclasses say how a prompt is written, encoded and run."""

    name = ""
    seed = 0
    end = ""
    pictured = True  # whether the first turn of the user holds an image; without, encode takes None for it
    system_turn = True
    adapted_layers = ""
    pixel_cases = ("portrait", "landscape", "odd", "grey", "alpha", "palette", "rotated")

    def __init__(self, model, tokenizer):
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.directory = HERE / self.name

    def prompt(self, turns):
        """The conversation as text, up to what opens the answer, with one placeholder for the image."""
        raise NotImplementedError

    def answered(self, turns, answer):
        """The conversation as text with the answer and what is written behind it."""
        raise NotImplementedError

    def encode(self, text, image):
        """Token ids with the image's placeholder expanded, and a dictionary of tensors made of the image."""
        raise NotImplementedError

    def logits(self, ids, pixels):
        """Logits (tokens, vocabulary) of one sequence."""
        raise NotImplementedError

    def features(self, pixels):
        """What takes the place of the image's tokens, (image tokens, hidden)."""
        raise NotImplementedError

    def stored_pixels(self, pixels):
        """What of an image goes into the golden file, by the ending of its name."""
        return {"pixel_values": pixels["pixel_values"]}

    def extra(self, ids, pixels):
        """Further tensors for the golden file."""
        return {}

    def end_id(self):
        return self.tokenizer.convert_tokens_to_ids(self.end)

    def completion_ids(self, turns, answer, image, prompt_ids):
        """Ids of an answer as it follows its prompt, closed by the end token. See README.md."""
        prompt, whole = self.prompt(turns), self.answered(turns, answer)
        assert whole.startswith(prompt)
        completion = whole[len(prompt) :]
        completion = completion.split(self.end)[0] if self.end in completion else completion.rstrip()
        ids, _ = self.encode(prompt + completion, image)
        assert ids[: len(prompt_ids)] == prompt_ids
        return ids[len(prompt_ids) :] + [self.end_id()]

    def completion_logits(self, prompt_ids, completion_ids, pixels):
        """The logits that predict the tokens of a completion."""
        logits = self.logits(prompt_ids + completion_ids, pixels)
        return logits[len(prompt_ids) - 1 : -1]

    def log_probs(self, prompt_ids, completion_ids, pixels):
        logits = self.completion_logits(prompt_ids, completion_ids, pixels)
        return logits.log_softmax(-1).gather(1, torch.tensor(completion_ids)[:, None])[:, 0]


class ProcessorFamily(Family):
    """A family whose model and processor are classes of transformers."""

    def __init__(self, model, processor):
        super().__init__(model, processor.tokenizer)
        self.processor = processor

    def render(self, turns, open_answer):
        messages, image_placed = [], not self.pictured
        for turn in turns:
            content = [{"type": "text", "text": turn["text"]}]
            if turn["role"] == "user" and not image_placed:
                content.insert(0, {"type": "image"})
                image_placed = True
            messages.append({"role": turn["role"], "content": content})
        return self.processor.apply_chat_template(messages, add_generation_prompt=open_answer)

    def prompt(self, turns):
        return self.render(turns, True)

    def answered(self, turns, answer):
        return self.render(turns + [{"role": "assistant", "text": answer}], False)

    def encode(self, text, image):
        images = [image] if self.pictured else None
        inputs = dict(self.processor(text=[text], images=images, return_tensors="pt"))
        del inputs["attention_mask"]
        return inputs.pop("input_ids")[0].tolist(), inputs

    def logits(self, ids, pixels):
        ids = torch.tensor([ids])
        return self.model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False, **pixels).logits[0]


# Golden files


def write_golden(family, further=None, file="golden"):
    """Computes and writes golden.json and golden.safetensors, and the adapter."""
    tensors, entries = {}, []
    for seed, case in enumerate(cases(family.system_turn)):
        with torch.no_grad():
            entries.append(case_entry(family, case, seed, tensors))
    golden = {"versions": VERSIONS, "seed": family.seed, "cases": entries, "tokenization": tokenization(family)}
    if further:
        with torch.no_grad():
            further(family, golden, tensors)
    family.adapted = add_adapter(
        family.model, family.adapted_layers, family.seed + 1, family.directory / "adapter"
    )
    golden["adapted"] = adapted_entry(family, golden, tensors)
    write_json(family.directory / f"{file}.json", golden)
    tensors = {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}
    safetensors.torch.save_file(tensors, family.directory / f"{file}.safetensors")
    for file in family.directory.rglob("*.safetensors"):
        file.chmod(0o644)
    report(family, golden)


def case_entry(family, case, seed, tensors):
    image = load_image(case["image"])
    crop = crop_of(image, seed)
    prompt_ids, pixels = family.encode(family.prompt(case["turns"]), image)
    _, cropped = family.encode(family.prompt(case["turns"]), corrupted(image, crop))
    chosen = family.completion_ids(case["turns"], case["chosen"], image, prompt_ids)
    rejected = family.completion_ids(case["turns"], case["rejected"], image, prompt_ids)
    stored = {"image_features": family.features(pixels), **family.extra(prompt_ids, pixels)}
    if case["name"] in family.pixel_cases:
        stored |= family.stored_pixels(pixels)
    if case["name"] in LOGIT_CASES:
        stored["logits"] = family.completion_logits(prompt_ids, chosen, pixels)
    tensors |= {f"{case['name']}.{ending}": tensor for ending, tensor in stored.items()}
    entry = {
        "name": case["name"],
        "image": case["image"],
        "turns": case["turns"],
        "promptText": family.prompt(case["turns"]),
        "promptIds": prompt_ids,
        "chosen": case["chosen"],
        "rejected": case["rejected"],
        "chosenIds": chosen,
        "rejectedIds": rejected,
        "crop": crop,
        **pair_log_probs(family, prompt_ids, chosen, rejected, pixels, cropped),
    }
    if case["name"] in GREEDY_CASES:
        entry["greedyIds"] = greedy(family, prompt_ids, pixels)
    return entry


def pair_log_probs(family, prompt_ids, chosen, rejected, pixels, cropped):
    return {
        "chosenLogProbs": numbers(family.log_probs(prompt_ids, chosen, pixels)),
        "rejectedLogProbs": numbers(family.log_probs(prompt_ids, rejected, pixels)),
        "chosenGivenCroppedLogProbs": numbers(family.log_probs(prompt_ids, chosen, cropped)),
    }


def greedy(family, prompt_ids, pixels):
    """The most likely next token, again and again. Refuses weights under which a choice is close or a special token."""
    ids = list(prompt_ids)
    for _ in range(GREEDY_TOKENS):
        best = family.logits(ids, pixels)[-1].topk(2)
        lead, token = (best.values[0] - best.values[1]).item(), best.indices[0].item()
        assert lead > CLEAR_LEAD, f"a lead of {lead}: take another seed"
        assert token not in family.tokenizer.all_special_ids, f"the special token {token}: take another seed"
        ids.append(token)
    return ids[len(prompt_ids) :]


def tokenization(family):
    """Strings without and with the family's special tokens, and their ids without and with those the tokenizer adds."""
    marks = list(dict.fromkeys(family.tokenizer.all_special_tokens))
    texts = TOKENIZATION + [
        f"{marks[-1]} and {marks[0]}end",
        f"a{family.end}\nb {family.end} c",
        family.prompt([{"role": "user", "text": "Hi there"}]),
    ]
    encode = family.tokenizer.encode
    return [
        {
            "text": text,
            "ids": encode(text, add_special_tokens=False),
            "idsWithSpecialTokens": encode(text, add_special_tokens=True),
        }
        for text in texts
    ]


def adapted_entry(family, golden, tensors):
    """Log-probabilities of one case with the adapter, and the adapter's gradients of a weighted sum of them."""
    entry = next(entry for entry in golden["cases"] if entry["name"] == ADAPTED_CASE)
    image = load_image(entry["image"])
    prompt_ids, pixels = family.encode(entry["promptText"], image)
    _, cropped = family.encode(entry["promptText"], corrupted(image, entry["crop"]))
    chosen = family.log_probs(prompt_ids, entry["chosenIds"], pixels)
    rejected = family.log_probs(prompt_ids, entry["rejectedIds"], pixels)
    given_cropped = family.log_probs(prompt_ids, entry["chosenIds"], cropped)
    tensors |= gradients(family.adapted, chosen, rejected, given_cropped)
    return {
        "case": ADAPTED_CASE,
        "chosenLogProbs": numbers(chosen),
        "rejectedLogProbs": numbers(rejected),
        "chosenGivenCroppedLogProbs": numbers(given_cropped),
    }


def gradients(adapted, chosen, rejected, given_cropped):
    """Gradients of the weighted sum, by the names of the adapter's file."""
    (chosen.sum() - 0.5 * rejected.sum() - 0.25 * given_cropped.sum()).backward()
    trained = (item for item in adapted.named_parameters() if item[1].requires_grad)
    return {"grad." + name.replace(".default", ""): weight.grad for name, weight in trained}


def report(family, golden):
    """Prints how far the images matter, which no golden file can do without."""
    for entry in golden["cases"]:
        pairs = zip(entry["chosenLogProbs"], entry["chosenGivenCroppedLogProbs"])
        print(
            f"{family.name:11} {entry['name']:15} {len(entry['promptIds']):4} tokens, a token of the chosen answer"
            f" {sum(entry['chosenLogProbs']) / len(entry['chosenIds']):6.2f},"
            f" changed by the crop up to {max(abs(a - b) for a, b in pairs):5.2f},"
            f" greedy {len(set(entry.get('greedyIds', [])))} different"
        )


def numbers(tensor):
    """Floats with as many digits as single precision has."""
    return [float(f"{value:.9g}") for value in tensor.tolist()]


def write_json(path, value):
    path.write_text(formatted(value, 0) + "\n", encoding="utf-8")


def formatted(value, depth):
    """JSON with one line for every list or object of plain values."""
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if not any(isinstance(child, (dict, list)) for child in children):
        return json.dumps(value, ensure_ascii=False)
    indent, opening, closing = " " * (depth + 1), *("{}" if isinstance(value, dict) else "[]")
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {formatted(child, depth + 1)}" for key, child in value.items()]
    else:
        lines = [formatted(child, depth + 1) for child in value]
    return opening + "\n" + ",\n".join(indent + line for line in lines) + "\n" + " " * depth + closing


def fresh(directory):
    """An empty directory."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory

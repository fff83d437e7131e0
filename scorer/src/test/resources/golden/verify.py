"""Reads the golden files back, computes everything once more in other ways, and prints the largest differences."""

import json

import peft
import safetensors.torch
import torch

import bunny
import idefics3
import llava
import qwen2_5_vl
from common import ADAPTED_CASE, HERE, VERSIONS, corrupted, gradients, load_image

GOLDEN = (
    ("golden", llava.read_family),
    ("golden", bunny.read_family),
    ("golden", qwen2_5_vl.read_family),
    ("golden", idefics3.read_family),
    ("golden_in_order", idefics3.read_family_in_order),
)
LIMIT = 1e-3
SIZE_LIMIT = 6_500_000


class Differences(dict):
    def note(self, what, actual, expected):
        expected = torch.as_tensor(expected, dtype=torch.float64)
        difference = (actual.detach().double() - expected).abs().max().item()
        self[what] = max(self.get(what, 0), difference)
        assert difference < LIMIT, (what, difference)


def check_cases(family, golden, tensors, differences, kind):
    for case in golden["cases"]:
        if "preprocessorConfig" in case:
            continue
        image = load_image(case["image"])
        ids, pixels = family.encode(case["promptText"], image)
        _, cropped = family.encode(case["promptText"], corrupted(image, case["crop"]))
        assert ids == case["promptIds"] and family.prompt(case["turns"]) == case["promptText"]
        for answer in ("chosen", "rejected"):
            assert family.completion_ids(case["turns"], case[answer], image, ids) == case[answer + "Ids"]
        if kind == "double":
            pixels, cropped = doubled(pixels), doubled(cropped)
        chosen = family.log_probs(ids, case["chosenIds"], pixels)
        differences.note(f"log-probs, {kind}", chosen, case["chosenLogProbs"])
        rejected = family.log_probs(ids, case["rejectedIds"], pixels)
        differences.note(f"log-probs, {kind}", rejected, case["rejectedLogProbs"])
        given_cropped = family.log_probs(ids, case["chosenIds"], cropped)
        differences.note(f"log-probs, {kind}", given_cropped, case["chosenGivenCroppedLogProbs"])
        if f"{case['name']}.pixel_values" in tensors:
            stored = family.stored_pixels(pixels)["pixel_values"]
            differences.note("pixels", stored, tensors[f"{case['name']}.pixel_values"])
        if f"{case['name']}.logits" in tensors:
            logits = family.completion_logits(ids, case["chosenIds"], pixels)
            differences.note(f"logits, {kind}", logits, tensors[f"{case['name']}.logits"])
        if "greedyIds" in case and kind == "single" and hasattr(family, "processor"):
            prompt = torch.tensor([ids])
            written = family.model.generate(
                prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=32, **pixels
            )
            assert written[0, len(ids) :].tolist() == case["greedyIds"]


def check_adapter(family, golden, tensors, differences):
    case = next(case for case in golden["cases"] if case["name"] == ADAPTED_CASE)
    adapter = family.directory / "adapter"
    adapted = peft.PeftModel.from_pretrained(family.model, adapter, is_trainable=True).eval()
    ids, image = case["promptIds"], load_image(case["image"])
    for kind in ("single", "double"):
        _, pixels = family.encode(case["promptText"], image)
        _, cropped = family.encode(case["promptText"], corrupted(image, case["crop"]))
        if kind == "double":
            family.model.double()
            pixels, cropped = doubled(pixels), doubled(cropped)
        actual = {
            "chosenLogProbs": family.log_probs(ids, case["chosenIds"], pixels),
            "rejectedLogProbs": family.log_probs(ids, case["rejectedIds"], pixels),
            "chosenGivenCroppedLogProbs": family.log_probs(ids, case["chosenIds"], cropped),
        }
        for name, log_probs in actual.items():
            differences.note(f"adapted log-probs, {kind}", log_probs, golden["adapted"][name])
        adapted.zero_grad()
        for name, gradient in gradients(adapted, *actual.values()).items():
            largest = tensors[name].abs().max()
            differences.note(f"gradients over the largest, {kind}", gradient / largest, tensors[name] / largest)


def check(file, read_family):
    family = read_family()
    golden = json.loads((family.directory / f"{file}.json").read_text())
    assert golden["versions"] == VERSIONS, "made with other versions"
    tensors = safetensors.torch.load_file(family.directory / f"{file}.safetensors")
    differences = Differences()
    with torch.no_grad():
        check_cases(family, golden, tensors, differences, "single")
        set_attention(family.model, "eager")
        check_cases(family, golden, tensors, differences, "eager")
        family.model.double()
        check_cases(family, golden, tensors, differences, "double")
    check_adapter(read_family(), golden, tensors, differences)
    for what, difference in differences.items():
        print(f"{family.name:11} {file:16} {what:45} {difference:.1e}")


def doubled(pixels):
    return {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in pixels.items()}


def set_attention(model, kind):
    for module in model.modules():
        if hasattr(module, "config"):
            module.config._attn_implementation = kind


def main():
    for file, read_family in GOLDEN:
        check(file, read_family)
    size = sum(file.stat().st_size for file in HERE.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    print(f"{size} bytes in all")
    assert size < SIZE_LIMIT


if __name__ == "__main__":
    main()

"""Writes golden_bf16.json and .safetensors: what transformers and PEFT compute in bf16, and how far that is from fp32.

The weights are those of FAMILY/model, rounded to bf16; the adapter stays fp32, as PEFT keeps it. The noise of bf16 is the
difference to the same rounded weights computed in fp32: rounding of activations alone.
"""

import copy
import json

import peft
import safetensors.torch
import torch

import bunny
import idefics3
import llava
import qwen2_5_vl
from common import ADAPTED_CASE, HERE, VERSIONS, corrupted, gradients, load_image, numbers, write_json

FAMILIES = (llava.read_family, bunny.read_family, qwen2_5_vl.read_family, idefics3.read_family_in_order)
CASES = ("portrait", "landscape", "odd", "multi_turn", "unicode")
ANSWERS = {"chosenLogProbs": "chosenIds", "rejectedLogProbs": "rejectedIds", "chosenGivenCroppedLogProbs": "chosenIds"}


def log_probs(family, entry):
    """Of the three completions, computed in fp32 from the model's logits."""
    image = load_image(entry["image"])
    prompt, pixels = family.encode(entry["promptText"], image)
    _, cropped = family.encode(entry["promptText"], corrupted(image, entry["crop"]))
    result = {}
    for name, ids in ANSWERS.items():
        seen = cropped if "Cropped" in name else pixels
        logits = family.completion_logits(prompt, entry[ids], seen).float()
        result[name] = logits.log_softmax(-1).gather(1, torch.tensor(entry[ids])[:, None])[:, 0]
    return result


def adapted(family, entry):
    """Log-probabilities with the adapter, and its gradients of the weighted sum."""
    model = family.model
    trained = peft.PeftModel.from_pretrained(copy.deepcopy(model), family.directory / "adapter", is_trainable=True)
    assert all(weight.dtype == torch.float32 for weight in trained.parameters() if weight.requires_grad)
    family.model = trained.get_base_model().eval()
    values = log_probs(family, entry)
    family.model = model
    return values, gradients(trained, *values.values())


def computed(read_family, golden, precision):
    family = read_family()
    family.model.to(torch.bfloat16).to(precision)
    entries = [entry for entry in golden["cases"] if entry["name"] in CASES]
    with torch.no_grad():
        cases = {entry["name"]: log_probs(family, entry) for entry in entries}
    values, grads = adapted(family, next(entry for entry in entries if entry["name"] == ADAPTED_CASE))
    return family, cases, values, grads


def noise(in_bf16, in_fp32):
    """Root of the mean square, and the largest."""
    difference = (torch.cat(in_bf16) - torch.cat(in_fp32)).detach().double()
    return {"rms": difference.square().mean().sqrt().item(), "max": difference.abs().max().item()}


def over_the_largest(grads, largest):
    return [(grads[name] / largest[name].abs().max()).flatten() for name in grads]


def write(read_family):
    family = read_family()
    golden = json.loads((family.directory / "golden.json").read_text())
    assert golden["versions"] == VERSIONS, "made with other versions"
    _, cases, values, grads = computed(read_family, golden, torch.bfloat16)
    _, exact_cases, exact_values, exact_grads = computed(read_family, golden, torch.float32)
    flat = [[item for case in all_cases.values() for item in case.values()] for all_cases in (cases, exact_cases)]
    flat[0] += values.values()
    flat[1] += exact_values.values()
    result = {
        "versions": VERSIONS,
        "noise": {
            "logProbs": noise(*flat),
            "gradients": noise(over_the_largest(grads, exact_grads), over_the_largest(exact_grads, exact_grads)),
        },
        "cases": {name: {key: numbers(item) for key, item in case.items()} for name, case in cases.items()},
        "adapted": {"case": ADAPTED_CASE, **{key: numbers(item) for key, item in values.items()}},
    }
    write_json(family.directory / "golden_bf16.json", result)
    file = family.directory / "golden_bf16.safetensors"
    safetensors.torch.save_file({name: grad.float().contiguous() for name, grad in grads.items()}, file)
    file.chmod(0o644)
    print(family.name, json.dumps(result["noise"]))


def main():
    for read_family in FAMILIES:
        write(read_family)


if __name__ == "__main__":
    main()

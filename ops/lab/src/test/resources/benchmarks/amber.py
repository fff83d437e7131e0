"""Scores the fixture of AMBER with AMBER's own program and writes amber/golden.json.

  python amber.py DIR        DIR is a checkout of github.com/junyangwang0410/AMBER

The program runs as it is. Only spaCy's embeddings are replaced: its model en_core_web_lg has 400 MB, and a table that
everyone can read tests the same rules. So `spacy` is a stand-in here that takes similarities from amber/similarities.tsv.
NLTK is the real one, with the tagger and the WordNet that it downloads.
"""

import contextlib
import io
import json
import os
import pathlib
import re
import runpy
import sys
import tempfile
import types

import nltk

HERE = pathlib.Path(__file__).parent.resolve() / "amber"
METRIC = re.compile(r"^(\w+):\t+ ?([-\d.]+)", re.M)


def stand_in(table):
    """A module `spacy` whose words are as alike as the table says; a word is always like itself."""

    class Word:
        def __init__(self, text):
            self.text = text

        def similarity(self, other):
            return 1.0 if self.text == other.text else table.get(frozenset((self.text, other.text)), 0.0)

    module = types.ModuleType("spacy")
    module.load = lambda name: Word
    return module


def similarities():
    rows = [line.split("\t") for line in (HERE / "similarities.tsv").read_text().splitlines() if line[0] != "#"]
    return {frozenset(row[:2]): float(row[2]) for row in rows}


def run(program, table, answers, part):
    """What the program prints, as section -> metric -> number."""
    sys.modules["spacy"] = stand_in(table)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(answers, file)
        file.flush()
        sys.argv = [
            str(program), "--inference_data", file.name, "--evaluation_type", part,
            "--annotation", str(HERE / "annotations.json"), "--word_association", str(HERE / "relation.json"),
            "--safe_words", str(HERE / "safe_words.txt"), "--metrics", str(program.parent / "data/metrics.txt"),
        ]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path(str(program), run_name="__main__")
    sections, current = {}, None
    for line in printed.getvalue().splitlines():
        metric = METRIC.match(line)
        if metric:
            sections[current][metric[1]] = float(metric[2])
        elif line.strip():
            current = line.strip().rstrip(":")
            sections[current] = {}
    return sections


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "inference.py"
    answers = json.loads((HERE / "answers.json").read_text())
    annotations = {a["id"]: a for a in json.loads((HERE / "annotations.json").read_text())}
    descriptions = [a for a in answers if annotations[a["id"]]["type"] == "generative"]
    table = similarities()
    sys.modules["spacy"] = stand_in(table)
    nouns = runpy.run_path(str(program), run_name="reference")["extract_nouns"]
    golden = {
        "made_with": {"python": sys.version.split()[0], "nltk": nltk.__version__},
        "nouns": {str(a["id"]): nouns(a["response"]) for a in descriptions},
        "each": {str(a["id"]): run(program, table, [a], "g")["Generative Task"] for a in descriptions},
        "all": run(program, table, answers, "a"),
        "without_similarities": run(program, {}, descriptions, "g")["Generative Task"],
    }
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()

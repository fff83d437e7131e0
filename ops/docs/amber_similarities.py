"""Writes the table of similarities that `ops/mdpo evaluate --benchmark amber --similarities` reads.

  pip install spacy && python -m spacy download en_core_web_lg
  python amber_similarities.py AMBER/data/relation.json similarities.tsv

AMBER takes two words for synonyms if spaCy's en_core_web_lg gives them a similarity above 0.8. Both words are always of the
vocabulary of relation.json, so a table can stand in for the 400 MB of the model. A line holds two words and their similarity,
separated by tabs; pairs below 0.5 are left out.
"""

import argparse
import itertools
import json
import warnings

import spacy


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("relation", help="AMBER's relation.json")
    parser.add_argument("table", help="file to write")
    parser.add_argument("--model", default="en_core_web_lg", help="name or directory (default: %(default)s)")
    parser.add_argument("--least", type=float, default=0.5, help="leaves out pairs below (default: %(default)s)")
    options = parser.parse_args()

    with open(options.relation, encoding="utf-8") as file:
        relation = json.load(file)
    words = sorted(set(relation) | {word for associated in relation.values() for word in associated})
    nlp = spacy.load(options.model)
    documents = {word: nlp(word) for word in words}
    written = 0
    with open(options.table, "w", encoding="utf-8") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of words without a vector, which are like no other word
        file.write(f"# spaCy {spacy.__version__}, {nlp.meta['name']} {nlp.meta['version']}, {len(words)} words\n")
        for word, other in itertools.combinations(words, 2):
            similarity = documents[word].similarity(documents[other])
            if similarity >= options.least:
                file.write(f"{word}\t{other}\t{similarity:.6f}\n")
                written += 1
    print(f"{written} pairs of {len(words)} words")


if __name__ == "__main__":
    main()

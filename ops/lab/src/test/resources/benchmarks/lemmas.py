"""Writes lemmas.tsv: words, and the lemmas that NLTK's WordNetLemmatizer gives them."""

import pathlib

import nltk
from nltk.stem import WordNetLemmatizer

from scenes import SCENES

TRICKY = """
men women children people oxen geese mice feet teeth leaves knives wives wolves loaves glasses scissors skis buses bus gases
lenses axes bases analyses crises indices matrices phenomena sheep fish fishes deer species series cacti octopi data media
dishes boxes quizzes buzzes watches bushes firemen snowmen skies ponies toys TVs TV Trees glass grass dress dresses was has
brothers-in-law passers-by well-known ice-creams x 12 1990s it's s es ies men's anus adyta pianos potatoes photos xyzzies
""".split()


def main():
    lemmatizer = WordNetLemmatizer()
    words = {word for scene in SCENES for answer in scene["answers"] for word in nltk.word_tokenize(answer)}
    lines = [f"{word}\t{lemmatizer.lemmatize(word)}\n" for word in sorted(words | set(TRICKY))]
    (pathlib.Path(__file__).parent / "lemmas.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()

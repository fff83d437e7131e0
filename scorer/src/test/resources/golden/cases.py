"""The conversations that every family is asked, and the text from which the tiny tokenizers are trained."""

SYSTEM = {"role": "system", "text": "You answer in one short sentence."}


def user(text):
    return {"role": "user", "text": text}


def assistant(text):
    return {"role": "assistant", "text": text}


def case(name, image, turns, chosen, rejected):
    return {"name": name, "image": image, "turns": turns, "chosen": chosen, "rejected": rejected}


def cases(system):
    """All conversations; the one of several turns starts with a system turn if the family's template has one."""
    return [
        case(
            "portrait",
            "portrait.png",
            [user("What is shown in front of the wall?")],
            "A red circle is in front of the wall.",
            "There is nothing in front of it, the wall is empty.",
        ),
        case(
            "landscape",
            "landscape.png",
            [user("Describe the image in detail.")],
            "The image shows a red circle, a blue bar and thin stripes on the right.",
            "The image shows a dog.",
        ),
        case(
            "odd",
            "odd.png",
            [user("How many circles are there?")],
            "There is one circle.",
            "There are 12 circles and 3 squares in the image.",
        ),
        case(
            "grey",
            "grey.png",
            [user("List what you see.")],
            "1. A circle\n2. A bar of 45 pixels\n\n3. Stripes",
            "1. A cat\n2. A table",
        ),
        case(
            "alpha",
            "alpha.png",
            [user("Is the background transparent?")],
            "It fades from left to right.",
            "No, it doesn't.",
        ),
        case(
            "palette",
            "palette.png",
            [user("What colours does it use?")],
            "Red, blue and a smooth gradient of 64 colours.",
            "Only black.",
        ),
        case(
            "rotated",
            "rotated.jpg",
            [user("Which side are the stripes on?")],
            "The stripes are at the bottom.",
            "The stripes are on the right side of the image.",
        ),
        case(
            "multi_turn",
            "landscape.png",
            [SYSTEM] * system
            + [
                user("What colour is the circle?"),
                assistant("The circle is red."),
                user("And where is the blue bar?"),
            ],
            "It is at the bottom left.",
            "There is no blue bar in the image at all.",
        ),
        case(
            "unicode",
            "portrait.png",
            [user("Qu’est-ce que c’est – un cafe\u0301 à Zürich? 图片里有什么? 🙂")],
            "Un café crème, naïve fac\u0327ade — 红色的圆 🎈👩\u200d🚀.",
            "Ничего: 何もない… 한국어 ½ ﬁn 🇨🇭",
        ),
    ]


TOKENIZATION = [
    "",
    "hello",
    " a leading space",
    "a trailing space ",
    "two  spaces,   three, and\ttabs\t\t.",
    "a line\n\nand another\r\n",
    "It's 2024: 3.14159, 1,000 and 12345!",
    "don't DON'T we'll I'VE",
    "naïve café, nai\u0308ve cafe\u0301, ﬁ Å",
    "图片里有什么? 何もない 한국어 Ничего",
    "🙂👩\u200d🚀🇨🇭",
    "snake_case, x = y[0]; // \\n \"quoted\" <b>",
]

TRAINING_TEXT = [
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
    "and polite answers to the user's questions. USER: ASSISTANT: User: Assistant: System:",
    "You are a helpful assistant. system user assistant",
    "What is shown in the image? The image shows a red circle, a blue bar and thin stripes on the right.",
    "There is one circle in front of the wall. There are many circles and squares in the image.",
    "Describe the image in detail. The circle is red and the bar is blue. It is at the bottom left of the image.",
    "How many stripes are there? Where is the bar? Which side is it on? What colour does it use?",
    "No, there is nothing in front of it. Is the background transparent? It fades from left to right.",
    "un café, une image, naïve, Zürich, à la crème. 图片里有红色的圆。",
    "1. A circle\n\n2. A bar\n\n3. Stripes\n\n",
    "The user is asking what the image shows, and the assistant answers in one short sentence.",
]

"""Writes the fixtures of the import formats into the folder that it lies in.

The pictures are shapes drawn by this script and the texts are its own: all of it is this project's and Apache-2.0. The shapes
of the rows are those of the public data cards and loaders that ops/docs/import.md names; the Parquet files are written by
Hugging Face's datasets, as the published ones are.

    python3 -m venv v && v/bin/pip install datasets==5.2.0 pillow pyarrow==26.0.1 && v/bin/python make.py
"""

import base64
import io
import json
import pathlib

import datasets
import pyarrow.parquet
from PIL import Image, ImageDraw

HERE = pathlib.Path(__file__).parent
SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)


def draw(mode, size, colour, shape):
    image = Image.new(mode, size, "white")
    pen = ImageDraw.Draw(image)
    box = (size[0] // 5, size[1] // 5, 4 * size[0] // 5, 4 * size[1] // 5)
    (pen.ellipse if shape == "circle" else pen.rectangle)(box, fill=colour)
    return image


def encode(image, form, **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


upright = Image.Exif()
upright[0x0112] = 6  # the camera was held on its side
PICTURES = {
    "portrait.jpg": encode(draw("RGB", (48, 96), "red", "circle"), "JPEG", exif=upright),
    "grey.jpg": encode(draw("L", (64, 64), 90, "square"), "JPEG"),
    "landscape.png": encode(draw("RGBA", (96, 48), "green", "circle"), "PNG"),
    "square.webp": encode(draw("RGB", (56, 56), "blue", "square"), "WEBP"),
}
PICTURES["broken.jpg"] = PICTURES["grey.jpg"][:100]  # ends before the header says how large it is
PICTURES["cut.jpg"] = PICTURES["portrait.jpg"][:-400]  # ends among the pixels

ROWS = [
    ("portrait.jpg", "What is shown?", "A red circle.", "A red circle and a dog."),
    ("grey.jpg", "Which colour has the square?", "It is grey.", "It is orange."),
    ("landscape.png", "Describe the picture.\nBe brief.", "A green circle.", "Two green circles."),
    ("square.webp", "Wie heißt die Form?", "Ein Quadrat.", "Ein Dreieck."),
    ("broken.jpg", "Is there a cat?", "No.", "Yes."),
    ("cut.jpg", "Is there a bird?", "No.", "Yes, two."),
]
BAD = ("grey.jpg", "What follows?", "Nothing.", None)  # has no rejected answer


def rows():
    return [*ROWS[:2], BAD, *ROWS[2:]]


def message(role, text):
    return {"role": role, "content": text}


def parts(role, *content):
    return {"role": role, "content": [{"type": "text", "text": c} if c else {"type": "image"} for c in content]}


def write(name, text):
    (HERE / name).write_text(text, encoding="utf-8")


def lines(name, values):
    write(name, "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values))


def parquet(name, values, features):
    datasets.Dataset.from_list(values, features=datasets.Features(features)).to_parquet(HERE / name, batch_size=4)


def stored(picture):
    return {"bytes": PICTURES[picture], "path": picture}


def trl():
    text = datasets.Value("string")
    turn = [{"role": text, "content": [{"type": text, "text": text}]}]
    values = [
        {
            "images": [stored(i)],
            "prompt": [parts("user", None, q)],
            "chosen": [parts("assistant", c)],
            "rejected": [parts("assistant", r)] if r else None,
        }
        for i, q, c, r in rows()
    ]
    features = {"images": datasets.List(datasets.Image()), "prompt": turn, "chosen": turn, "rejected": turn}
    parquet("trl.parquet", values, features)


def rlaif_v():
    names = ["ds_name", "image", "question", "chosen", "rejected", "origin_dataset", "origin_split", "idx", "image_path"]
    features = {name: datasets.Value("string") for name in names} | {"image": datasets.Image()}
    values = [
        dict(zip(names, ["RLAIF-V", stored(i), q, c, r, "drawn", "{}", str(n), i]))
        for n, (i, q, c, r) in enumerate(rows())
    ]
    parquet("rlaif-v.parquet", values, features)


def mdpo():
    values = [
        {"img_path": f"images/{i}", "prompt": f"{SYSTEM} USER: <image>\n{q} ASSISTANT:", "chosen": c, "rejected": r}
        for i, q, c, r in rows()
    ]
    write("mdpo.json", json.dumps(values, indent=4))


def llama_factory():
    values = [
        {
            "conversations": [{"from": "human", "value": f"<image>{q}"}],
            "chosen": {"from": "gpt", "value": c},
            "rejected": {"from": "gpt", "value": r},
            "images": [f"images/{i}"],
        }
        for i, q, c, r in rows()
    ]
    write("llama-factory.json", json.dumps(values, ensure_ascii=False, indent=2))


def ms_swift():
    lines(
        "ms-swift.jsonl",
        [
            {
                "messages": [message("user", f"<image>{q}"), message("assistant", c)],
                "images": [f"images/{i}"],
                "rejected_response": r,
            }
            for i, q, c, r in rows()
        ],
    )


def openai():
    def url(picture):
        kind = picture.split(".")[1].replace("jpg", "jpeg")
        return f"data:image/{kind};base64," + base64.b64encode(PICTURES[picture]).decode()

    lines(
        "openai.jsonl",
        [
            {
                "input": {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {"type": "image_url", "image_url": {"url": url(i), "detail": "low"}},
                                {"type": "text", "text": q},
                            ],
                        }
                    ],
                    "tools": [],
                    "parallel_tool_calls": True,
                },
                "preferred_output": [message("assistant", c)],
                "non_preferred_output": [message("assistant", r)],
            }
            for i, q, c, r in rows()
        ],
    )


def rating(score):
    return {"Rating": score, "Rationale": "As drawn."}


def completion(model, answer, score):
    aspects = ["Helpfulness", "Ethical Considerations", "Visual Faithfulness"]
    return {
        "annotations": dict(zip(aspects, [rating(score), rating("5"), rating(score)])),
        "model": model,
        "response": answer,
    }


def vlfeedback():
    values = [
        {
            "id": f"drawn-{n}",
            "prompt": q,
            "models": ["a", "b"],
            "completions": [completion("b", r, "2"), completion("a", c, "4")],
            "img_path": f"images/{i}",
        }
        for n, (i, q, c, r) in enumerate(rows())
    ]
    lines("vlfeedback.jsonl", values)
    text = datasets.Value("string")
    rated = {"Rating": text, "Rationale": text}
    columns = {  # a sequence of structs is a struct of lists there
        "annotations": datasets.List({a: rated for a in values[0]["completions"][0]["annotations"]}),
        "model": datasets.List(text),
        "response": datasets.List(text),
    }
    parquet(
        "vlfeedback.parquet",
        [
            value | {"completions": {key: [each[key] for each in value["completions"]] for key in columns}}
            for value in values
        ],
        {"id": text, "prompt": text, "models": datasets.List(text), "completions": columns, "img_path": text},
    )
    table = pyarrow.parquet.read_table(HERE / "vlfeedback.parquet")
    for codec in ["none", "zstd", "gzip", "brotli"]:
        pyarrow.parquet.write_table(table, HERE / f"vlfeedback-{codec}.parquet", compression=codec, data_page_version="2.0")


if __name__ == "__main__":
    (HERE / "images").mkdir(exist_ok=True)
    for name, data in PICTURES.items():
        (HERE / "images" / name).write_bytes(data)
    for format in [trl, rlaif_v, mdpo, llama_factory, ms_swift, openai, vlfeedback]:
        format()

"""Writes the fixtures of AMBER and Object HalBench from scenes.py, in the formats that the benchmarks have."""

import json
import pathlib

from scenes import COCO_ONLY, SCENES

HERE = pathlib.Path(__file__).parent

# Words that name an object as well. Objects and words together are the vocabulary.
RELATION = {
    "sky": [], "beach": ["shore", "sand", "ground"], "sea": ["water", "ocean"], "man": ["person", "people", "gentleman"],
    "surfboard": ["board"], "dog": ["puppy"], "umbrella": ["parasol"], "bird": [], "ship": ["boat", "vessel"],
    "woman": ["person", "people", "lady"], "ball": [], "table": ["desk"], "plate": ["dish"], "pizza": [], "fork": [],
    "knife": [], "glass": ["wineglass"], "person": ["people", "man", "woman", "pedestrian"], "bottle": [],
    "chair": ["seat"], "napkin": ["tissue"], "cake": [], "bowl": [], "street": ["road", "sidewalk"],
    "car": ["vehicle", "tire", "window"], "tree": ["leaf", "forest"], "building": ["house", "window"],
    "bicycle": ["bike"], "truck": ["vehicle"], "bus": ["vehicle"], "bench": ["seat"], "grass": ["field", "ground"],
    "cow": ["cattle"], "fence": [], "mountain": ["hill", "rock"], "cloud": [], "horse": [], "house": ["building"],
    "sun": [], "sheep": [], "bed": [], "pillow": ["cushion"], "lamp": ["light"], "window": [], "wall": [], "cat": ["kitten"],
    "blanket": ["sheet"], "book": ["notebook", "e-book"], "curtain": [], "kitchen": ["counter"],
    "refrigerator": ["fridge"], "oven": ["stove"], "sink": [], "cup": ["mug"], "sofa": [], "television": ["TV", "screen"],
    "rug": ["carpet"], "child": ["kid", "boy", "girl"], "train": ["locomotive", "track"], "platform": ["station"],
    "sign": [], "clock": [], "luggage": ["suitcase"], "bag": ["backpack"], "elephant": ["trunk"], "river": ["bank"],
    "giraffe": [], "zebra": [], "lion": [], "boat": ["oar"], "lake": ["water"], "fish": [], "desk": ["table"],
    "laptop": ["computer"], "keyboard": [], "mouse": [], "phone": ["cell"], "pen": [], "monitor": ["screen"],
    "snow": [], "hat": [], "ski": ["pole"], "glove": [], "motorcycle": ["motorbike"], "road": ["street", "path"],
    "helmet": [], "kite": ["string"], "shoe": [], "toilet": ["seat"], "mirror": [], "towel": [], "soap": [],
    "toothbrush": [], "candle": [], "balloon": [], "gift": [], "newspaper": ["paper"], "pigeon": [], "tennis": [],
    "racket": [], "court": [], "teddy": ["bear"], "doll": [], "traffic": [], "couch": [],
}
SAFE_WORDS = ["light", "line", "screen", "orange"]

# Invented: they stand in for the similarity of embeddings. 0.8 itself is not above the threshold.
SIMILARITIES = [
    ("sofa", "couch", 0.91), ("lake", "river", 0.83), ("sea", "lake", 0.8), ("ship", "boat", 0.86), ("street", "road", 0.93),
    ("bicycle", "motorcycle", 0.82), ("bird", "pigeon", 0.84), ("kite", "bird", 0.12), ("dog", "cat", 0.81),
    ("fork", "knife", 0.88), ("cup", "bottle", 0.64), ("cow", "sheep", 0.79), ("horse", "cow", 0.8001),
    ("blanket", "towel", 0.76), ("newspaper", "book", 0.805), ("child", "woman", 0.71), ("house", "building", 0.77),
]

SYNONYMS = """
person, man, woman, child, kid, boy, girl, people, pedestrian, skier, surfer, biker, rider, player, gentleman, lady
bicycle, bike
car, sedan
motorcycle, motor bike, motorbike
bus
train, locomotive
truck, firetruck
boat, canoe
traffic light, stoplight
fire hydrant, hydrant
stop sign
bench
bird, pigeon
cat, kitten
dog, puppy
horse
sheep
cow, cattle
elephant
zebra
giraffe
backpack
umbrella, parasol
suitcase, luggage
tie, bow tie
skis, ski
sports ball, ball
kite
surfboard
tennis racket, racket
bottle
wine glass
cup, mug
fork
knife
bowl
hot dog
pizza
cake
chair, seat
couch, sofa
bed
dining table, table, desk
toilet
tv, television
laptop, computer, laptop computer
mouse
remote, remote control
keyboard
cell phone, phone
microwave
oven, stove
sink
refrigerator, fridge
book
clock
teddy bear, teddy
toothbrush
""".strip().split("\n")

YES_NO = [
    # type, question, truth, answer
    ("discriminative-hallucination", "Is there a {} in this image?"),
    ("discriminative-attribute-state", "Is the {} dark in this image?"),
    ("discriminative-attribute-number", "Are there two things like the {} in this image?"),
    ("discriminative-attribute-action", "Does the {} move in this image?"),
    ("discriminative-relation", "Is there direct contact between the {} and the ground?"),
    ("relation", "Is there direct contact between the {} and the sky?"),
]
REPLIES = ["No", "Yes", "No", "No", "Yes", "yes", "No", "No, there is not.", "Yes", "No", "No"]


def write(path, content):
    path = HERE / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def dump(path, value):
    write(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def amber():
    annotations, queries, answers = [], [], []
    for scene in SCENES:
        for answer in scene["answers"]:
            number = len(annotations) + 1
            annotations.append(
                {"id": number, "type": "generative", "truth": scene["objects"], "hallu": scene["imagined"]}
            )
            queries.append({"id": number, "image": f"AMBER_{number}.jpg", "query": "Describe this image."})
            answers.append({"id": number, "response": answer})
    descriptions = len(queries)
    for i in range(66):
        number = descriptions + i + 1
        scene = SCENES[i % len(SCENES)]
        kind, question = YES_NO[i % len(YES_NO)]
        there = i % 5 == 0
        word = (scene["objects"] if there else scene["imagined"])[0]
        annotations.append({"id": number, "type": kind, "truth": "yes" if there else "no"})
        queries.append({"id": number, "image": f"AMBER_{i + 1}.jpg", "query": question.format(word)})
        answers.append({"id": number, "response": REPLIES[i % len(REPLIES)]})
    dump("amber/annotations.json", annotations)
    dump("amber/relation.json", RELATION)
    write("amber/safe_words.txt", "\n".join(SAFE_WORDS))
    dump("amber/query/query_all.json", queries)
    dump("amber/query/query_generative.json", queries[:descriptions])
    dump("amber/query/query_discriminative.json", queries[descriptions:])
    dump("amber/answers.json", answers)
    write("amber/similarities.tsv", "# invented\n" + "".join(f"{a}\t{b}\t{s}\n" for a, b, s in SIMILARITIES))


def chair():
    categories = [{"id": i + 1, "name": line.split(", ")[0]} for i, line in enumerate(SYNONYMS)]
    ids = {category["name"]: category["id"] for category in categories}
    images, instances, captions, questions, answers = [], [], [], [], []
    for scene in SCENES + COCO_ONLY:
        for answer in scene["answers"]:
            image = 1000 + 7 * len(images)
            images.append({"id": image, "file_name": f"COCO_val2014_{image:012d}.jpg"})
            for name in scene["coco"]:
                instances.append({
                    "id": len(instances), "image_id": image, "category_id": ids[name], "iscrowd": 0,
                    "segmentation": [[1.5, 2.0, 3.0, 2.0, 3.0, 4.5]], "bbox": [1.5, 2.0, 1.5, 2.5],
                })
            for caption in scene["captions"]:
                captions.append({"id": len(captions), "image_id": image, "caption": caption})
            questions.append({"question": "Describe the image.", "image_id": image, "image": ""})
            answers.append({
                "question_id": len(answers), "image_id": image, "prompt": "Describe the image.", "text": answer,
                "model_id": "fixture",
            })
    head = {"info": {}, "licenses": [], "images": images}
    empty = {"info": {}, "licenses": [], "images": [], "annotations": []}
    dump("chair/annotations/instances_val2014.json", head | {"annotations": instances, "categories": categories})
    dump("chair/annotations/captions_val2014.json", head | {"annotations": captions})
    dump("chair/annotations/instances_train2014.json", empty | {"categories": categories})
    dump("chair/annotations/captions_train2014.json", empty)
    write("chair/synonyms.txt", "\n".join(SYNONYMS) + "\n")
    lines = lambda records: "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    write("chair/obj_halbench_300_with_image.jsonl", lines(questions))
    write("chair/answers.jsonl", lines(answers))


if __name__ == "__main__":
    amber()
    chair()

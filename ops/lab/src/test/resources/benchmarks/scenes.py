"""Scenes and what three models might say of each: the source of the fixtures.

Objects and sentences are this project's own. Every scene has
  objects     in the picture, by the words of amber/relation.json; one may be there twice
  imagined    what people would expect in it
  coco        categories of its COCO instances
  captions    by people
  answers     three descriptions
"""

SCENES = [
    dict(
        objects=["sky", "beach", "sea", "man", "surfboard", "dog"],
        imagined=["umbrella", "bird", "ship", "woman", "ball"],
        coco=["person", "surfboard", "dog"],
        captions=["A man carries his surfboard along the beach.", "A dog runs next to a surfer near the water."],
        answers=[
            "A man is walking along a sandy beach with a surfboard under his arm. A small dog runs ahead of him, and "
            "the sea is calm under a clear sky.",
            "The image features a man standing on the beach, holding a white surfboard. There are several other people "
            "in the background, some of them closer to the water. An umbrella can be seen on the left side of the scene, "
            "and a few birds are flying above the sea, adding to the relaxed atmosphere.",
            "In the picture a surfer heads for the waves. His dog's tail is up as it trots beside him. The shore is wet, "
            "the water is shallow, and nobody else is there.",
        ],
    ),
    dict(
        objects=["table", "plate", "pizza", "fork", "knife", "glass", "person"],
        imagined=["bottle", "chair", "napkin", "cake", "bowl"],
        coco=["pizza", "dining table", "fork", "knife", "cup", "person"],
        captions=["A pizza on a plate with a fork and two knives.", "Somebody is about to eat a pizza at a table."],
        answers=[
            "A pizza with tomatoes and cheese is served on a white plate. A fork and a knife lie next to it on the table.",
            "The image shows a dining table set for a meal. A large pizza takes up most of the plate, with slices of "
            "mushrooms on top. There are two wine glasses, a bottle of red wine, and a couple of napkins on the table. "
            "A person is sitting in a chair behind the table, ready to cut the pizza with knives and forks.",
            "Someone holds a glass over a half-eaten pizza. Two forks can be seen, and there isn't any cake.",
        ],
    ),
    dict(
        objects=["street", "car", "car", "tree", "building", "sky", "bicycle"],
        imagined=["person", "truck", "bus", "dog", "bench"],
        coco=["car", "bicycle", "traffic light"],
        captions=["Cars are parked on a street with a bike.", "A street with a traffic light and a few trees."],
        answers=[
            "Two cars are parked at the side of a quiet street. A bicycle leans against a tree, and buildings line the road.",
            "This image captures a busy city street. There are several cars, a bus, and a truck waiting at a traffic light. "
            "Pedestrians are walking on the sidewalk, and a man rides his bike between the vehicles. The buildings on both "
            "sides of the road are tall, and the sky is overcast.",
            "A red car stands in front of a brick building. Leaves have fallen from the trees onto the road, and the "
            "windows of the house across the street are dark.",
        ],
    ),
    dict(
        objects=["grass", "cow", "cow", "fence", "mountain", "sky", "cloud"],
        imagined=["horse", "house", "dog", "sun", "sheep"],
        coco=["cow"],
        captions=["Two cows graze behind a fence.", "Cattle in a green field below the mountains."],
        answers=[
            "Two brown cows are grazing in a green field. Behind the fence the mountains rise into the clouds.",
            "The image depicts a peaceful rural scene with a herd of cows standing in a lush pasture. A baby cow stays close "
            "to its mother, while a horse can be seen further back near a small house. The sun is shining brightly in the "
            "blue sky, and snow covers the tops of the hills.",
            "Cattle rest on the grass. One cow looks at the camera; the others do not. There is a wooden fence and, far "
            "away, a range of mountains.",
        ],
    ),
    dict(
        objects=["bed", "pillow", "pillow", "lamp", "window", "wall", "cat"],
        imagined=["blanket", "dog", "chair", "book", "curtain"],
        coco=["bed", "cat"],
        captions=["A cat sleeps on a bed with two pillows.", "A bedroom with a lamp and a sleeping cat."],
        answers=[
            "A cat is curled up on a bed between two pillows. A lamp stands next to the bed.",
            "The image shows a cozy bedroom with a large bed in the middle of the room. The bed is covered with a white "
            "blanket and several pillows. A black cat is lying on it. There is a lamp on the nightstand, along with a few "
            "books, and curtains frame the window on the right side.",
            "The cat isn't awake. It lies on the left pillow, with its paws over its eyes, and light falls on the wall "
            "from the window.",
        ],
    ),
    dict(
        objects=["kitchen", "refrigerator", "oven", "sink", "woman", "cup"],
        imagined=["man", "table", "chair", "knife", "bottle"],
        coco=["refrigerator", "oven", "sink", "person", "cup"],
        captions=["A woman in a kitchen with a cup in her hand.", "A lady stands between the fridge and the stove."],
        answers=[
            "A woman is standing in a kitchen and holding a cup. The refrigerator and the oven are made of steel.",
            "In the image, a woman is preparing a meal in a modern kitchen. She uses a knife to cut vegetables on the "
            "counter. A microwave sits above the oven, a sink is visible on the left, and there are two chairs around a "
            "small dining table. Several bottles and bowls are placed near the refrigerator.",
            "She can reach the fridge from the sink. A tea towel hangs from the oven door. Her cup is blue.",
        ],
    ),
    dict(
        objects=["sofa", "man", "woman", "television", "table", "rug"],
        imagined=["lamp", "dog", "book", "window", "child"],
        coco=["couch", "person", "tv", "remote"],
        captions=["Two people sit on a couch and watch TV.", "A man holds a remote next to a woman."],
        answers=[
            "A man and a woman sit on a sofa in front of a television. The man holds a remote control.",
            "The image features two people relaxing on a couch in a living room. They watch a flat-screen TV that is mounted "
            "on the wall. A coffee table stands on the rug, with a book and two cups on it. A dog is lying on the floor, and "
            "a lamp gives the room a warm light.",
            "Men and women often disagree about which TV to buy, but these two seem happy with theirs. They share the couch "
            "with a few cushions.",
        ],
    ),
    dict(
        objects=["train", "platform", "person", "person", "sign", "sky"],
        imagined=["bench", "clock", "luggage", "bag", "bird"],
        coco=["train", "person"],
        captions=["A passenger train arrives at a station.", "Two people wait for a train on a platform."],
        answers=[
            "A passenger train stops at the platform while two people wait.",
            "The image captures a red and white train pulling into a station. Several people are standing on the platform, "
            "some of them carrying suitcases and backpacks. A clock hangs from the roof, and a bench is located close to the "
            "tracks. A sign gives the name of the station.",
            "They train drivers here, as the sign says. The locomotive is old, and a woman waves from one of its windows.",
        ],
    ),
    dict(
        objects=["elephant", "elephant", "tree", "grass", "river"],
        imagined=["giraffe", "zebra", "bird", "person", "lion"],
        coco=["elephant"],
        captions=["A baby elephant follows its mother.", "Two elephants walk along a river."],
        answers=[
            "A baby elephant walks behind an adult elephant. They are close to a river, and there are trees on the other bank.",
            "The image shows a herd of elephants in their natural habitat. There are three elephants, one of them much smaller "
            "than the others. A giraffe is eating leaves from a tree in the background, and a few zebras can be seen near the "
            "water. A person watches from a vehicle.",
            "An elephant drinks from the river with its trunk. The grass around it is tall and yellow.",
        ],
    ),
    dict(
        objects=["boat", "boat", "lake", "mountain", "sky", "cloud", "man"],
        imagined=["bird", "fish", "house", "woman", "dog"],
        coco=["boat", "person"],
        captions=["Boats on a lake with mountains behind.", "A man rows his boat across a lake."],
        answers=[
            "A man is rowing a small boat on a lake. Another boat is tied up at the shore, and clouds hang over the mountains.",
            "The image depicts a serene lake surrounded by mountains. Two boats are floating on the calm water, and a man is "
            "fishing from one of them. A few birds are perched on a wooden pier. There is a house on the hill and a woman "
            "standing at its door.",
            "The boat's oars rest in the water. Its owner looks at the mountains, which are reflected in the lake.",
        ],
    ),
    dict(
        objects=["desk", "laptop", "keyboard", "mouse", "phone", "cup"],
        imagined=["book", "lamp", "pen", "chair", "monitor"],
        coco=["laptop", "keyboard", "mouse", "cell phone", "cup"],
        captions=["A laptop computer and a phone on a desk.", "A desk with a keyboard, a mouse and a coffee mug."],
        answers=[
            "A laptop stands on a desk with a keyboard and a mouse in front of it. A cell phone and a cup are within reach.",
            "This is an office desk. On the desk there are the following objects:\n1. a laptop computer\n2. an e-book reader\n"
            "3. two books and a pen\n4. a cup of coffee\nThe chair in front of the desk is empty, and a lamp lights the "
            "keyboard.",
            "The phone is charging next to the laptop. Somebody has left the mouse on top of a notebook, and the monitor "
            "shows a picture of a lake.",
        ],
    ),
    dict(
        objects=["person", "snow", "mountain", "sky", "tree", "hat"],
        imagined=["ski", "house", "sun", "glove", "dog"],
        coco=["person", "skis"],
        captions=["A skier on a snowy slope.", "A person in a red jacket skis down a mountain."],
        answers=[
            "A person in a red jacket is skiing down a snowy mountain. Tall trees stand on both sides.",
            "The image features a skier in action, skillfully gliding down a slope covered with snow. The skier is wearing a "
            "hat, gloves, and goggles, and holds two ski poles. A few other people are visible further up the mountain, and a "
            "wooden house stands between the trees. The sky is clear and the sun is shining.",
            "Skis have left two lines in the snow. Whoever skied here was fast.",
        ],
    ),
    dict(
        objects=["motorcycle", "man", "road", "tree", "helmet"],
        imagined=["car", "woman", "sign", "bag", "dog"],
        coco=["motorcycle", "person"],
        captions=["A man rides a motor bike on a country road.", "A biker with a black helmet."],
        answers=[
            "A man wearing a black helmet rides a motorcycle on a country road.",
            "The image shows a biker riding his motor bike down a winding road that is lined with trees. A woman sits behind "
            "him with a backpack. A car follows at some distance, and a stop sign can be seen at the next corner.",
            "The motorbike is parked. Its rider has taken off his helmet and watches the road, where a truck has stopped.",
        ],
    ),
    dict(
        objects=["child", "kite", "grass", "sky", "cloud", "shoe"],
        imagined=["dog", "tree", "person", "ball", "bird"],
        coco=["person", "kite"],
        captions=["A boy flies a kite in a park.", "A child with a colourful kite on a meadow."],
        answers=[
            "A child is flying a colorful kite on a grassy field. White clouds drift across the sky.",
            "The image depicts a young boy playing with a kite in a park. He wears an orange shirt and white shoes. Several "
            "children are running around with a ball, and a dog is chasing them. Trees surround the field, and parents sit on "
            "benches and watch the kids.",
            "The kite isn't high yet. A girl holds the string with both hands, and the kids' father runs with the kite.",
        ],
    ),
    dict(
        objects=["toilet", "sink", "mirror", "wall", "towel"],
        imagined=["window", "bottle", "soap", "toothbrush", "person"],
        coco=["toilet", "sink"],
        captions=["A bathroom with a white toilet and a sink.", "The seat of the toilet is up in a small bathroom."],
        answers=[
            "A small bathroom with a white toilet, a sink, and a mirror on the wall. The toilet seat is up.",
            "The image shows a clean bathroom with a toilet and a sink next to each other. A mirror hangs above the sink, and "
            "there are two toothbrushes in a cup. A bottle of soap is placed on the counter, and a towel hangs next to the "
            "window.",
            "The seat is cold. Otherwise the bathroom, with its blue towels and a round mirror, looks inviting.",
        ],
    ),
    dict(
        objects=["table", "cake", "candle", "woman", "child", "plate"],
        imagined=["balloon", "fork", "man", "glass", "gift"],
        coco=["cake", "person", "dining table"],
        captions=["A woman and a little girl with a birthday cake.", "A child blows out the candles of a cake."],
        answers=[
            "A girl blows out the candles on a birthday cake. A woman next to her smiles.",
            "The image features a birthday party. A chocolate cake with several lit candles is placed on a dining table, and "
            "a little girl is leaning over it. Her mother stands behind her, while other children wait with plates and forks "
            "in their hands. Balloons decorate the room, and a few gifts are stacked on a chair.",
            "There were five candles on the cake; four still burn. Three women watch the child, and nobody has touched the "
            "plates.",
        ],
    ),
    dict(
        objects=["bench", "man", "tree", "newspaper", "pigeon", "pigeon"],
        imagined=["dog", "bag", "woman", "hat", "bicycle"],
        coco=["bench", "person", "bird"],
        captions=["An old man reads the newspaper on a park bench.", "Pigeons in front of a man on a bench."],
        answers=[
            "An elderly man reads a newspaper on a bench. Two pigeons walk around at his feet.",
            "In the image, an older gentleman sits on a wooden bench under a large tree, reading a newspaper. He wears a hat "
            "and glasses, and his bag rests beside him. Several pigeons have gathered around the bench, looking for food, "
            "while a woman with a dog passes by. A bicycle is parked against the tree.",
            "The bench is green. A man hides behind his paper, so that one cannot see his face, and the birds hope for bread.",
        ],
    ),
    dict(
        objects=["tennis", "woman", "racket", "ball", "court", "fence"],
        imagined=["man", "hat", "bench", "bottle", "chair"],
        coco=["person", "tennis racket", "sports ball"],
        captions=["A woman swings her tennis racket.", "A female player hits a ball on a court."],
        answers=[
            "A woman swings her racket to hit a tennis ball.",
            "The image captures an intense moment of a tennis match. A female player in a white dress is about to hit the ball "
            "with her tennis racket. Spectators sit on benches behind the fence, and a ball boy stands next to a chair with "
            "several bottles on it.",
            "Her shadow on the court is longer than she is. The ball is still in the air, and the net lies outside the frame.",
        ],
    ),
    dict(
        objects=["teddy", "bed", "child", "book", "blanket"],
        imagined=["pillow", "lamp", "doll", "cat", "window"],
        coco=["teddy bear", "bed", "person", "book"],
        captions=["A child with a teddy bear and a book in bed.", "A kid reads to her teddy bear."],
        answers=[
            "A child sits in bed and shows a book to a teddy bear.",
            "The image shows a little girl sitting on her bed with two teddy bears. She holds an open book and wears pink "
            "pajamas. A lamp on the nightstand provides light, a cat sleeps on the blanket, and a doll leans against the "
            "pillows.",
            'The book is called "The Bear and the Kite". Its reader has wrapped herself and the bear in a warm blanket.',
        ],
    ),
    dict(
        objects=["truck", "road", "sign", "sky", "building"],
        imagined=["car", "person", "tree", "traffic", "cloud"],
        coco=["truck", "stop sign"],
        captions=["A fire truck at a stop sign.", "A big red truck on a road next to a building."],
        answers=[
            "A red fire truck waits at a stop sign in front of a building.",
            "The image features a large red truck driving down a city road. There are a few cars behind the truck, and several "
            "pedestrians are crossing the street at the traffic light. A stop sign is located on the right side of the road, "
            "next to a fire hydrant. Tall buildings and a cloudy sky can be seen in the background.",
            "The truck's ladder is folded. It has stopped where the sign tells it to, near a hot dog stand.",
        ],
    ),
]

# Of Object HalBench only: answers that name no object, and pairs of words.
COCO_ONLY = [
    dict(coco=["bird"], captions=["A meadow."], answers=["The sky is blue, and the meadow is full of flowers."]),
    dict(coco=[], captions=["Fog over the hills."], answers=["Nothing but fog can be seen."]),
    dict(coco=["bird", "cow"], captions=["A baby cow."], answers=["A baby bird looks at a baby cow and an adult giraffe."]),
    dict(coco=["train"], captions=["A train track."], answers=["A passenger train leaves the train track."]),
    dict(coco=["toilet"], captions=["A toilet."], answers=["The toilet seat is up; another seat is broken."]),
    dict(coco=["person"], captions=["A man with a tie."], answers=["A gentleman with a bow tie at the home plate."]),
    dict(coco=["hot dog", "wine glass"], captions=["A snack."], answers=["Hot dogs, wine glasses and a hot, tired dog."]),
    dict(coco=["skis", "person"], captions=["Skiing."], answers=["Skiers on skis with their remote controls."]),
]

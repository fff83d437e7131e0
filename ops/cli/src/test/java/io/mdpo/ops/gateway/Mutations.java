package io.mdpo.ops.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Documents that differ in up to three values from one that is right. */
final class Mutations {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of(
            "id", "thumb", "rating", "edit", "retracted", "images", "source", "createdAt", "answer", "up", "other");

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    JsonNode of(JsonNode document) {
        for (int change = random.nextInt(4); change > 0; change--) {
            mutate(document);
        }
        return document;
    }

    private void mutate(JsonNode document) {
        var containers = new ArrayList<JsonNode>();
        collect(document, containers);
        var at = containers.get(random.nextInt(containers.size()));
        if (at instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty() || random.nextInt(4) == 0) {
                object.set(NAMES.get(random.nextInt(NAMES.size())), value(containers));
            } else if (random.nextInt(3) == 0) {
                object.remove(names.get(random.nextInt(names.size())));
            } else {
                object.set(names.get(random.nextInt(names.size())), value(containers));
            }
        } else if (at instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextBoolean()) {
                array.add(value(containers));
            } else {
                array.remove(random.nextInt(array.size()));
            }
        }
    }

    private JsonNode value(List<JsonNode> containers) {
        return switch (random.nextInt(9)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextInt());
            case 2 -> NODES.numberNode(random.nextDouble());
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> NODES.textNode(" ");
            case 5 -> NODES.textNode("x".repeat(random.nextInt(600)));
            case 6 -> NODES.arrayNode();
            case 7 -> NODES.objectNode();
            default -> containers.get(random.nextInt(containers.size())).deepCopy();
        };
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}

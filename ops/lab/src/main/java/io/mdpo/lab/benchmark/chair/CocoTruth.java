package io.mdpo.lab.benchmark.chair;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mdpo.lab.benchmark.JsonFile;
import io.mdpo.lab.benchmark.Place;
import io.mdpo.lab.benchmark.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects in some of COCO's images: those with an instance, and those that people mention in captions. The files are
 * hundreds of megabytes large, so they are read as a stream and nothing else is kept.
 */
final class CocoTruth {
    private final Set<Long> wanted;
    private final Problems problems;
    private final Map<Long, Set<String>> objects = new HashMap<>();

    /** @param wanted ids of the images */
    CocoTruth(Set<Long> wanted, Problems problems) {
        this.wanted = Set.copyOf(wanted);
        this.problems = problems;
    }

    /** The objects in an image by COCO's names. */
    Set<String> of(long image) {
        return objects.getOrDefault(image, Set.of());
    }

    /** Reads a file {@code instances_*.json}; returns the ids of its images that are wanted. */
    Set<Long> addInstances(Path file, Synonyms synonyms) {
        var content = read(file);
        var names = new HashMap<Long, String>();
        content.categories.forEach((id, name) -> synonyms.object(name)
                .ifPresentOrElse(
                        object -> names.put(id, object),
                        () -> problems.add(Place.of(file), "category %s is not among the synonyms".formatted(name))));
        for (Annotation annotation : content.annotations) {
            var name = names.get(annotation.category());
            if (name != null) {
                add(annotation.image(), name);
            } else if (!content.categories.containsKey(annotation.category())) {
                problems.add(
                        new Place(file, annotation.line()),
                        "an instance in image %d has the unknown category %d"
                                .formatted(annotation.image(), annotation.category()));
            }
        }
        return content.images;
    }

    /** Reads a file {@code captions_*.json}; returns the ids of its images that are wanted. */
    Set<Long> addCaptions(Path file, ObjectMentions mentions) {
        var content = read(file);
        for (Annotation annotation : content.annotations) {
            mentions.of(annotation.caption()).forEach(mention -> add(annotation.image(), mention.object()));
        }
        return content.images;
    }

    private void add(long image, String object) {
        objects.computeIfAbsent(image, id -> new HashSet<>()).add(object);
    }

    private record Annotation(int line, long image, long category, String caption) {}

    private static final class Content {
        private final Set<Long> images = new HashSet<>();
        private final List<Annotation> annotations = new ArrayList<>();
        private final Map<Long, String> categories = new HashMap<>();
    }

    private Content read(Path file) {
        var content = new Content();
        try (var stream = Files.newInputStream(file);
                var parser = JsonFile.MAPPER.createParser(stream)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                problems.add(Place.of(file), "this is not a JSON object");
                return content;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var section = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY
                        && Set.of("images", "annotations", "categories").contains(section)) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        element(parser, section, content);
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (NoSuchFileException e) {
            problems.add(Place.of(file), "there is no such file");
        } catch (IOException e) {
            new JsonFile(file, problems).malformed(e, 1);
        }
        return content;
    }

    private void element(JsonParser parser, String section, Content content) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        long id = 0;
        long image = 0;
        long category = 0;
        String text = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "id" -> id = parser.getValueAsLong();
                case "image_id" -> image = parser.getValueAsLong();
                case "category_id" -> category = parser.getValueAsLong();
                case "name", "caption" -> text = parser.getValueAsString("");
                default -> parser.skipChildren();
            }
        }
        if (section.equals("categories")) {
            content.categories.put(id, text);
        } else if (section.equals("images") && wanted.contains(id)) {
            content.images.add(id);
        } else if (section.equals("annotations") && wanted.contains(image)) {
            content.annotations.add(new Annotation(line, image, category, text));
        }
    }
}

package io.mdpo.lab.benchmark;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads files of JSON objects and remembers on which line each begins. A file is an array of objects, or has one object a
 * line (JSON Lines); which of them, its first character tells. What cannot be read becomes a problem. An object that names
 * a field twice cannot be read.
 */
public final class JsonFile {
    /** Of all readers and writers of benchmark files. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path path;
    private final Problems problems;

    public JsonFile(Path path, Problems problems) {
        this.path = path;
        this.problems = problems;
    }

    /** The objects in the order of the file, as many as could be read. */
    public List<JsonRecord> records() {
        var text = text();
        if (text.isEmpty()) {
            return List.of();
        }
        return text.get().stripLeading().startsWith("[") ? array(text.get()) : lines(text.get());
    }

    /** A file that is one value. */
    public Optional<JsonRecord> value() {
        return text().flatMap(text -> parsed(text, 1)).map(json -> new JsonRecord(Place.of(path), json, problems));
    }

    private Optional<String> text() {
        try {
            var text = Files.readString(path, StandardCharsets.UTF_8);
            return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (NoSuchFileException e) {
            problems.add(Place.of(path), "there is no such file");
        } catch (CharacterCodingException e) {
            problems.add(Place.of(path), "the file is not UTF-8");
        } catch (IOException e) {
            problems.add(Place.of(path), "the file cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    private List<JsonRecord> array(String text) {
        var records = new ArrayList<JsonRecord>();
        try (JsonParser parser = MAPPER.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                JsonNode element = MAPPER.readTree(parser);
                add(records, element, line);
            }
            if (parser.nextToken() != null) {
                problems.add(
                        new Place(path, parser.currentTokenLocation().getLineNr()),
                        "something follows the array's end");
            }
        } catch (IOException e) {
            malformed(e, 1);
        }
        return records;
    }

    private List<JsonRecord> lines(String text) {
        var records = new ArrayList<JsonRecord>();
        int line = 0;
        for (String content : text.lines().toList()) {
            line++;
            if (!content.isBlank()) {
                int at = line;
                parsed(content, at).ifPresent(json -> add(records, json, at));
            }
        }
        return records;
    }

    private void add(List<JsonRecord> records, JsonNode json, int line) {
        if (json.isObject()) {
            records.add(new JsonRecord(new Place(path, line), json, problems));
        } else {
            problems.add(new Place(path, line), "this is not a JSON object");
        }
    }

    /** @param line of the file at which the text begins */
    private Optional<JsonNode> parsed(String text, int line) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            JsonNode json = MAPPER.readTree(parser);
            if (json == null) {
                problems.add(new Place(path, line), "there is nothing here");
                return Optional.empty();
            }
            if (parser.nextToken() != null) {
                problems.add(new Place(path, line), "something follows the value's end");
                return Optional.empty();
            }
            return Optional.of(json);
        } catch (IOException e) {
            malformed(e, line);
            return Optional.empty();
        }
    }

    /**
     * Adds what a parser of this file threw.
     *
     * @param firstLine at which the parser began
     */
    public void malformed(IOException e, int firstLine) {
        int line = firstLine;
        String what = e.getMessage();
        if (e instanceof JsonProcessingException json) {
            what = json.getOriginalMessage();
            if (json.getLocation() != null) {
                line += json.getLocation().getLineNr() - 1;
                what += " (column %d)".formatted(json.getLocation().getColumnNr());
            }
        }
        problems.add(new Place(path, line), "this is not JSON: " + what);
    }
}

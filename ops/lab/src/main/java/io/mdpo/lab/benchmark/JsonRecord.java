package io.mdpo.lab.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One object of a file. A field that is missing or of the wrong kind becomes a problem with the line of the object.
 *
 * @param place where the object begins
 */
public record JsonRecord(Place place, JsonNode json, Problems problems) {

    /** A string that has to be there. */
    public Optional<String> text(String field) {
        var value = json.get(field);
        if (value == null || value.isNull()) {
            return problem("%s is missing".formatted(field));
        }
        return value.isTextual() ? Optional.of(value.textValue()) : problem("%s is not a string".formatted(field));
    }

    /** A whole number that has to be there; a string of digits will do. */
    public Optional<Long> integer(String field) {
        var value = json.get(field);
        if (value == null || value.isNull()) {
            return problem("%s is missing".formatted(field));
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Optional.of(value.longValue());
        }
        if (value.isTextual() && value.textValue().matches("\\d{1,18}")) {
            return Optional.of(Long.valueOf(value.textValue()));
        }
        return problem("%s is not a whole number".formatted(field));
    }

    /** A list of strings that has to be there. */
    public Optional<List<String>> texts(String field) {
        var value = json.get(field);
        if (value == null || !value.isArray()) {
            return problem("%s is missing or not a list".formatted(field));
        }
        var texts = new ArrayList<String>();
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                return problem("%s holds something other than strings".formatted(field));
            }
            texts.add(element.textValue());
        }
        return Optional.of(List.copyOf(texts));
    }

    /** Whether the field is there. */
    public boolean has(String field) {
        return json.hasNonNull(field);
    }

    /** Adds a problem of this object. */
    public <T> Optional<T> problem(String message) {
        problems.add(place, message);
        return Optional.empty();
    }
}

package io.mdpo.lab.benchmark.amber;

import io.mdpo.lab.benchmark.JsonRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What AMBER knows about one question.
 *
 * @param truth objects in the image; one that is listed twice counts twice
 * @param hallucinations objects that people would be led to imagine there
 * @param yes whether a yes-no question is to be answered with yes
 */
record Annotation(Kind kind, List<String> truth, List<String> hallucinations, boolean yes) {

    Annotation {
        truth = List.copyOf(truth);
        hallucinations = List.copyOf(hallucinations);
    }

    static Optional<Annotation> of(JsonRecord json, Associations associations) {
        var type = json.text("type");
        if (type.isEmpty()) {
            return Optional.empty();
        }
        var kind = Kind.of(type.get());
        if (kind.isEmpty()) {
            return json.problem("type %s is not one of AMBER's".formatted(type.get()));
        }
        return kind.get() == Kind.GENERATIVE ? description(json, associations) : question(json, kind.get());
    }

    private static Optional<Annotation> description(JsonRecord json, Associations associations) {
        var truth = json.texts("truth");
        var hallucinations = json.texts("hallu");
        if (truth.isEmpty() || hallucinations.isEmpty()) {
            return Optional.empty();
        }
        var unknown = new ArrayList<>(truth.get());
        unknown.addAll(hallucinations.get());
        unknown.removeIf(associations::has);
        if (!unknown.isEmpty()) {
            return json.problem("%s has no entry in %s".formatted(unknown.get(0), associations.file()));
        }
        return Optional.of(new Annotation(Kind.GENERATIVE, truth.get(), hallucinations.get(), false));
    }

    private static Optional<Annotation> question(JsonRecord json, Kind kind) {
        return json.text("truth").flatMap(truth -> switch (truth) {
            case "yes" -> Optional.of(new Annotation(kind, List.of(), List.of(), true));
            case "no" -> Optional.of(new Annotation(kind, List.of(), List.of(), false));
            default -> json.problem("truth is '%s'; it has to be yes or no".formatted(truth));
        });
    }
}

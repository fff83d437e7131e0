package io.mdpo.lab.benchmark.mmhal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.lab.benchmark.AnswerFile;
import io.mdpo.lab.benchmark.JsonFile;
import io.mdpo.lab.benchmark.JsonRecord;
import io.mdpo.lab.benchmark.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a judge said, kept in a file of JSON Lines, because judges cost money. A review counts for the same judge, image and
 * answer only.
 */
final class Reviews {
    private static final List<String> FIELDS = List.of("judge", "image_id", "answer", "review");

    private final Optional<Path> file;
    private final Map<Key, String> kept = new LinkedHashMap<>();

    private record Key(String judge, String imageId, String answer) {}

    /** @param file may not exist yet; without one, reviews are kept in memory only */
    Reviews(Optional<Path> file) {
        this.file = file;
        var problems = new Problems();
        file.filter(Files::exists)
                .ifPresent(path -> new JsonFile(path, problems).records().forEach(this::add));
        problems.throwIfAny();
    }

    private void add(JsonRecord json) {
        var values = FIELDS.stream().map(json::text).flatMap(Optional::stream).toList();
        if (values.size() == FIELDS.size()) {
            kept.put(new Key(values.get(0), values.get(1), values.get(2)), values.get(3));
        }
    }

    /** The judge's review of an answer, asked for if it is not there. */
    String of(Judge judge, Item item, String answer, JudgePrompt prompt) {
        var key = new Key(judge.model(), item.imageId(), answer);
        var known = kept.get(key);
        if (known != null) {
            return known;
        }
        var review = judge.review(prompt.of(item, answer));
        kept.put(key, review);
        file.ifPresent(this::write);
        return review;
    }

    private void write(Path path) {
        var lines = new ArrayList<String>();
        kept.forEach((key, review) -> lines.add(JsonNodeFactory.instance
                .objectNode()
                .put("judge", key.judge())
                .put("image_id", key.imageId())
                .put("answer", key.answer())
                .put("review", review)
                .toString()));
        try {
            AnswerFile.replace(path, String.join("\n", lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

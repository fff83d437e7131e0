package io.mdpo.learner.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * What decides the weights of a run beside its model and its pairs: a line that names the version of the format and of the
 * defaults, and a line {@code key = value} for each setting that differs from its default, sorted by key. So a setting that is
 * new and stands at its default changes nothing, and a default that changes raises the version.
 *
 * @param text the lines, each ended by a line feed; empty for a run of a release that kept no text
 */
public record RunConfiguration(String text) {
    /** Raised when a default of {@link PolicyTrainer.Settings} or the name of a setting changes. */
    private static final String VERSION = "mdpo-run/1";

    private static final String IS = " = ";

    static RunConfiguration of(PolicyTrainer.Settings settings) {
        return of(SettingsText.different(settings, PolicyTrainer.Settings.defaults()));
    }

    static RunConfiguration of(SortedMap<String, String> different) {
        var text = new StringBuilder(VERSION).append('\n');
        different.forEach(
                (key, value) -> text.append(key).append(IS).append(value).append('\n'));
        return new RunConfiguration(text.toString());
    }

    /** SHA-256 (hex) of the text. */
    public String digest() {
        return DigestUtils.sha256Hex(text);
    }

    /** Whether its release wrote no text, and so another arithmetic. */
    public boolean isUnknown() {
        return text.isEmpty();
    }

    /** Sentences about what is another in {@code other}, such as {@code seed was 7 and is its default}. */
    public List<String> differencesTo(RunConfiguration other) {
        var differences = new ArrayList<String>();
        if (!version().equals(other.version())) {
            differences.add("the format was %s and is %s".formatted(version(), other.version()));
        }
        var then = values();
        var now = other.values();
        var keys = new TreeSet<>(then.keySet());
        keys.addAll(now.keySet());
        for (var key : keys) {
            var before = Optional.ofNullable(then.get(key)).orElse("its default");
            var after = Optional.ofNullable(now.get(key)).orElse("its default");
            if (!before.equals(after)) {
                differences.add("%s was %s and is %s".formatted(key, before, after));
            }
        }
        return differences;
    }

    private String version() {
        return text.lines().findFirst().orElse("none");
    }

    private SortedMap<String, String> values() {
        var values = new TreeMap<String, String>();
        text.lines().skip(1).forEach(line -> {
            int is = line.indexOf(IS);
            if (is >= 0) {
                values.put(line.substring(0, is), line.substring(is + IS.length()));
            }
        });
        return values;
    }
}

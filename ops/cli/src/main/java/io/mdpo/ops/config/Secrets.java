package io.mdpo.ops.config;

import java.util.Map;
import java.util.regex.Pattern;

/** Knows secrets by the names that they have in configurations and headers. */
public final class Secrets {
    /** What is shown in the place of a secret. */
    public static final String MASK = "***";

    private static final Pattern NAME = Pattern.compile(
            "passw|secret|jaas|credential|authorization|cookie|api.?key|user\\.info|\\.key$|\\btoken\\b",
            Pattern.CASE_INSENSITIVE);

    /** The secrets in a JAAS configuration. */
    private static final Pattern OPTION =
            Pattern.compile("\\w*(?:passw|secret|token)\\w*\\s*=\\s*\"?([^\";]+)", Pattern.CASE_INSENSITIVE);

    /** What is shorter stands in too many ordinary words. */
    private static final int SHORTEST = 4;

    private Secrets() {}

    /** Whether what has this name must not be shown. */
    public static boolean isNameOfOne(String name) {
        return NAME.matcher(name).find();
    }

    /**
     * The text without the values of secret settings, and without the secrets inside such values, as a JAAS
     * configuration has them.
     */
    public static String redact(String text, Map<String, String> settings) {
        var redacted = text;
        for (var setting : settings.entrySet()) {
            if (isNameOfOne(setting.getKey())) {
                redacted = mask(redacted, setting.getValue());
                for (var option = OPTION.matcher(setting.getValue()); option.find(); ) {
                    redacted = mask(redacted, option.group(1));
                }
            }
        }
        return redacted;
    }

    private static String mask(String text, String secret) {
        return secret.length() < SHORTEST ? text : text.replace(secret, MASK);
    }
}

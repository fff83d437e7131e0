package io.mdpo.gate;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;

/** The name under which gates keep account of a pair's source: short, printable, fit for a metric. */
public final class Source {
    /** Sources that a gate tells apart in one partition. Those that come later share one account, {@link #OTHER}. */
    public static final int MOST = 32;

    /** The account of all sources beyond {@link #MOST}. */
    public static final String OTHER = "other";

    private static final String NONE = "none";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/-]{1,40}");

    private Source() {}

    /** The source's own name where it is plain, {@code none} where it is empty, else a digest of it. */
    public static String name(String source) {
        if (source.isEmpty()) {
            return NONE;
        }
        return PLAIN.matcher(source).matches()
                ? source
                : "sha256-"
                        + DigestUtils.sha256Hex(source.getBytes(StandardCharsets.UTF_8))
                                .substring(0, 12);
    }
}

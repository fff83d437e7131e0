package io.mdpo.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The code that stands in the documents, so that what is run is what is read. */
final class DocumentedCode {
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

    private DocumentedCode() {}

    /** The one block of code of the data document that contains a word. */
    static String of(String word) throws IOException {
        var data = Files.readString(Path.of(System.getProperty("mdpo.home"), "docs", "data.md"));
        var found = BLOCK.matcher(data)
                .results()
                .map(block -> block.group(2))
                .filter(code -> code.contains(word))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("%d blocks of code contain %s".formatted(found.size(), word));
        }
        return found.get(0);
    }
}

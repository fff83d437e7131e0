package io.mdpo.lab.benchmark.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;

/**
 * Splits English text into words as the Penn Treebank does: {@code "dog's"} is two, punctuation stands alone, {@code
 * "black-and-white"} is one. OpenNLP's tokenizer of its 1.5 series was trained on that; only quotes are set
 * apart before, as {@code ``} and {@code ''}, words with hyphens are put together again, and "cannot" is divided. For one
 * thread at a time.
 */
public final class Words {
    private static final Pattern OPENING_QUOTE = Pattern.compile("(?<![^\\s(\\[{<])\"");
    private static final Pattern TYPOGRAPHIC_QUOTE = Pattern.compile("[«»“”„‘’]");

    private final TokenizerME tokenizer;

    public Words() {
        TokenizerModel model = Models.open("/en-token.bin", TokenizerModel::new);
        tokenizer = new TokenizerME(model);
    }

    /** In order. */
    public List<String> of(String original) {
        var text = quotesApart(original);
        var words = new ArrayList<Span>();
        for (Span span : tokenizer.tokenizePos(text)) {
            int last = words.size() - 1;
            if (last >= 0 && joined(text, words.get(last), span)) {
                words.set(last, new Span(words.get(last).getStart(), span.getEnd()));
            } else {
                words.add(span);
            }
        }
        return words.stream()
                .map(word -> word.getCoveredText(text).toString())
                .flatMap(Words::divided)
                .toList();
    }

    private static String quotesApart(String text) {
        var opened = OPENING_QUOTE.matcher(text).replaceAll(" `` ").replace("\"", " '' ");
        return TYPOGRAPHIC_QUOTE.matcher(opened).replaceAll(" $0 ");
    }

    private static Stream<String> divided(String word) {
        return word.equalsIgnoreCase("cannot") ? Stream.of(word.substring(0, 3), word.substring(3)) : Stream.of(word);
    }

    private static boolean joined(String text, Span before, Span after) {
        return before.getEnd() == after.getStart()
                && (text.charAt(before.getEnd() - 1) == '-' || text.charAt(after.getStart()) == '-');
    }
}

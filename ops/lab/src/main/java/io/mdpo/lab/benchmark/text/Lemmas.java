package io.mdpo.lab.benchmark.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * Lemmas of nouns in WordNet 3.0: of the forms that its exception list, or else its endings, give for a word, and of the
 * word itself, the shortest that WordNet knows; a word of which it knows none stays as it is, and so does one with capital
 * letters.
 *
 * <p>Source: morphy(7WN) of Princeton's WordNet, which NLTK's {@code WordNetLemmatizer} follows in this way.
 */
public final class Lemmas {
    private static final List<Ending> ENDINGS = List.of(
            new Ending("s", ""),
            new Ending("ses", "s"),
            new Ending("ves", "f"),
            new Ending("xes", "x"),
            new Ending("zes", "z"),
            new Ending("ches", "ch"),
            new Ending("shes", "sh"),
            new Ending("men", "man"),
            new Ending("ies", "y"));

    private final Dictionary wordNet;
    private final Map<String, String> known = new HashMap<>();

    public Lemmas() {
        try {
            wordNet = Dictionary.getDefaultResourceInstance();
        } catch (JWNLException e) {
            throw new IllegalStateException("WordNet cannot be opened from the class path", e);
        }
    }

    /** The lemma of a noun. */
    public String of(String word) {
        return known.computeIfAbsent(word, this::find);
    }

    private String find(String word) {
        if (!word.equals(word.toLowerCase(Locale.ROOT))) {
            return word;
        }
        try {
            var exception = wordNet.getException(POS.NOUN, word);
            var forms = exception == null ? detached(List.of(word)) : exception.getExceptions();
            var lemmas = inWordNet(Stream.concat(Stream.of(word), forms.stream()));
            while (exception == null && lemmas.isEmpty() && !forms.isEmpty()) {
                forms = detached(forms);
                lemmas = inWordNet(forms.stream());
            }
            return lemmas.stream().min(Comparator.comparingInt(String::length)).orElse(word);
        } catch (JWNLException e) {
            throw new IllegalStateException("WordNet cannot be read", e);
        }
    }

    private List<String> inWordNet(Stream<String> forms) throws JWNLException {
        var found = new ArrayList<String>();
        for (String form : forms.toList()) {
            if (!form.isEmpty() && wordNet.getIndexWord(POS.NOUN, form) != null) {
                found.add(form);
            }
        }
        return found;
    }

    private static List<String> detached(List<String> forms) {
        return forms.stream()
                .flatMap(form -> ENDINGS.stream()
                        .filter(ending -> form.endsWith(ending.plural()))
                        .map(ending -> ending.singular(form)))
                .toList();
    }

    private record Ending(String plural, String replacement) {
        String singular(String form) {
            return form.substring(0, form.length() - plural.length()) + replacement;
        }
    }
}

package io.mdpo.lab.benchmark.amber;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * A list of objects and which of them were named. A noun names the first object that fits, in the order of the reference:
 * the associated words of all objects come before the objects themselves. So of an object that is listed twice only one is
 * ever named.
 */
final class NamedObjects {
    private final List<Name> names = new ArrayList<>();
    private final BitSet named = new BitSet();
    private final int size;

    NamedObjects(List<String> objects, Associations associations) {
        size = objects.size();
        for (int i = 0; i < size; i++) {
            for (String word : associations.of(objects.get(i))) {
                names.add(new Name(word, i));
            }
        }
        for (int i = 0; i < size; i++) {
            names.add(new Name(objects.get(i), i));
        }
    }

    /** Marks the object that a word names, if there is one. */
    boolean name(String noun) {
        return mark(noun::equals);
    }

    /** Marks the first object with a name like the word. */
    boolean nameAlike(String noun, Similarities similarities) {
        return mark(name -> similarities.alike(noun, name));
    }

    private boolean mark(Predicate<String> fits) {
        var first = names.stream().filter(name -> fits.test(name.word())).findFirst();
        first.ifPresent(name -> named.set(name.object()));
        return first.isPresent();
    }

    int count() {
        return named.cardinality();
    }

    int size() {
        return size;
    }

    private record Name(String word, int object) {}
}

package io.mdpo.lab.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads captions back into what they mention, whatever a model wrote. Safe for use by several threads. */
public final class CaptionParser {
    private static final Pattern WORD = Pattern.compile("[a-z]+");
    private static final Pattern RELATION =
            Pattern.compile("the (?:(\\w+) )?(\\w+) is (left of|right of|above|below) the (?:(\\w+) )?(\\w+)");

    private final NounCatalogue catalogue;

    public CaptionParser(NounCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Reads any text; white space around it does not matter. */
    public ParsedCaption parse(String text) {
        var mentions = new ArrayList<Mention>();
        Optional<Relation> relation = Optional.empty();
        for (String sentence : text.toLowerCase(Locale.ROOT).split("\\.")) {
            Optional<Relation> stated = relation(sentence.strip());
            if (stated.isPresent() && relation.isEmpty()) {
                relation = stated;
            } else {
                addMentions(sentence, mentions);
            }
        }
        boolean wellFormed = isWellFormed(text.strip(), mentions, relation);
        relation.ifPresent(sentence -> addUnlisted(sentence, mentions));
        return new ParsedCaption(mentions, relation, wellFormed);
    }

    private void addMentions(String sentence, List<Mention> mentions) {
        List<String> words =
                WORD.matcher(sentence).results().map(MatchResult::group).toList();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            Optional<Noun> noun = catalogue.singular(word).or(() -> catalogue.plural(word));
            if (noun.isPresent()) {
                Colour colour = i > 0 ? colour(words.get(i - 1)) : Colour.PLAIN;
                int countAt = i - (colour == Colour.PLAIN ? 1 : 2);
                int count = countAt < 0 ? 1 : 2 + Mention.COUNT_WORDS.indexOf(words.get(countAt));
                mentions.add(new Mention(noun.get(), colour, count));
            }
        }
    }

    /** Objects that only the relation names are mentions too; else a model could hide what it makes up there. */
    private static void addUnlisted(Relation relation, List<Mention> mentions) {
        for (Mention mention : List.of(relation.subject(), relation.object())) {
            if (mentions.stream().noneMatch(listed -> listed.noun().equals(mention.noun()))) {
                mentions.add(mention);
            }
        }
    }

    private Optional<Relation> relation(String sentence) {
        Matcher matcher = RELATION.matcher(sentence);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<Mention> subject = single(matcher.group(1), matcher.group(2));
        Optional<Mention> object = single(matcher.group(4), matcher.group(5));
        Direction direction =
                Direction.valueOf(matcher.group(3).toUpperCase(Locale.ROOT).replace(' ', '_'));
        return subject.flatMap(s -> object.map(o -> new Relation(s, direction, o)));
    }

    private Optional<Mention> single(@Nullable String colourWord, String nounWord) {
        Colour colour = colourWord == null ? Colour.PLAIN : colour(colourWord);
        if (colourWord != null && colour == Colour.PLAIN) {
            return Optional.empty();
        }
        return catalogue.singular(nounWord).map(noun -> new Mention(noun, colour, 1));
    }

    private static Colour colour(String word) {
        return Colour.named().stream()
                .filter(colour -> colour.word().equals(word))
                .findFirst()
                .orElse(Colour.PLAIN);
    }

    private static boolean isWellFormed(String text, List<Mention> mentions, Optional<Relation> relation) {
        long distinct = mentions.stream().map(Mention::noun).distinct().count();
        return !mentions.isEmpty()
                && distinct == mentions.size()
                && mentions.stream().allMatch(mention -> mention.noun().takes(mention.colour()))
                && relation.map(sentence -> relatesListed(sentence, mentions)).orElse(true)
                && new Caption(mentions, relation).text().equals(text);
    }

    private static boolean relatesListed(Relation relation, List<Mention> mentions) {
        return !relation.subject().equals(relation.object())
                && mentions.contains(relation.subject())
                && mentions.contains(relation.object());
    }
}

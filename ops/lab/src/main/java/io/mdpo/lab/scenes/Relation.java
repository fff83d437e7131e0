package io.mdpo.lab.scenes;

import java.util.Optional;

/**
 * A caption's second sentence, such as {@code The dog is left of the red balloon.}
 *
 * @param subject a mention of one object
 * @param direction where the subject is, seen from the object
 * @param object a mention of one other object
 */
public record Relation(Mention subject, Direction direction, Mention object) {

    public Relation {
        if (subject.count() != 1 || object.count() != 1) {
            throw new IllegalArgumentException("A relation is between two single objects.");
        }
    }

    /**
     * The relation that the true caption of a scene states, told from the first of the two: between its first two groups if each is one object and
     * their centres are apart by at least one grid cell on one axis and at most half as much on the other.
     */
    static Optional<Relation> of(Scene scene) {
        ObjectGroup first = scene.groups().get(0);
        ObjectGroup second = scene.groups().get(1);
        if (first.count() != 1 || second.count() != 1) {
            return Optional.empty();
        }
        int right = first.first().centreX() - second.first().centreX();
        int down = first.first().centreY() - second.first().centreY();
        Direction direction;
        if (Math.abs(right) >= Scene.CELL && Math.abs(right) >= 2 * Math.abs(down)) {
            direction = right < 0 ? Direction.LEFT_OF : Direction.RIGHT_OF;
        } else if (Math.abs(down) >= Scene.CELL && Math.abs(down) >= 2 * Math.abs(right)) {
            direction = down < 0 ? Direction.ABOVE : Direction.BELOW;
        } else {
            return Optional.empty();
        }
        return Optional.of(new Relation(Mention.of(first), direction, Mention.of(second)));
    }

    /** The same fact, told from the other object. */
    Relation reversed() {
        return new Relation(object, direction.opposite(), subject);
    }

    Relation flipped() {
        return new Relation(subject, direction.opposite(), object);
    }

    boolean names(Mention mention) {
        return subject.equals(mention) || object.equals(mention);
    }

    /** The relation with every occurrence of one mention replaced. */
    Relation replace(Mention old, Mention replacement) {
        return new Relation(
                subject.equals(old) ? replacement : subject, direction, object.equals(old) ? replacement : object);
    }

    /** The sentence, with its full stop. */
    public String text() {
        String sentence = subject.definite() + " is " + direction.words() + " " + object.definite() + ".";
        return "T" + sentence.substring(1);
    }
}

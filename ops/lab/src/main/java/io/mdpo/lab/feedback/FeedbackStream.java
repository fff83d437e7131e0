package io.mdpo.lab.feedback;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Answer;
import io.mdpo.schemas.avro.Edit;
import io.mdpo.schemas.avro.Feedback;
import io.mdpo.schemas.avro.Interaction;
import io.mdpo.schemas.avro.Preferred;
import io.mdpo.schemas.avro.Rating;
import io.mdpo.schemas.avro.Retracted;
import io.mdpo.schemas.avro.Thumb;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Ten days of three products, as their exports have them: a chat with thumbs, regenerated answers and an arena (Open WebUI:
 * a rating of plus or minus one, sibling answers, records that are changed and deleted), a tool in which several people rate
 * or correct answers (Argilla, Label Studio), and a vote of strangers on two answers (arenas). Some feedback comes before
 * its interaction, comes twice, is replaced, is taken back, comes late, or has no interaction at all. Records arrive out of
 * order by up to the lateness, and a few by hours. Everything follows from the seed.
 */
public final class FeedbackStream {
    private static final long SPAN = Duration.ofDays(10).toMillis();
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final FeedbackWaits waits;
    private final SplittableRandom random;
    private final SplittableRandom arrivals;
    private final Instant start;
    private final int contents;
    private final List<Arriving> arriving = new ArrayList<>();
    private int said;

    private record Arriving(FeedbackEvent event, long arrival, long tieBreak) {}

    private FeedbackStream(FeedbackWaits waits, Instant start, int events, long seed, long arrivalSeed) {
        this.waits = waits;
        this.start = start;
        this.random = new SplittableRandom(seed);
        this.arrivals = new SplittableRandom(arrivalSeed);
        this.contents = Math.max(1, events / 100);
    }

    /**
     * The records in the order of their arrival.
     *
     * @param events feedback records; the interactions come on top
     * @param start time of the first
     * @param seed decides the records
     * @param arrivalSeed decides their order
     */
    public static List<FeedbackEvent> of(FeedbackWaits waits, Instant start, int events, long seed, long arrivalSeed) {
        return new FeedbackStream(waits, start, events, seed, arrivalSeed).all(events);
    }

    private List<FeedbackEvent> all(int events) {
        for (int i = 0; said < events; i++) {
            long time = start.toEpochMilli() + random.nextLong(SPAN);
            switch (random.nextInt(10)) {
                case 0, 1 -> annotated("task-" + i, time);
                case 2 -> voted("arena-" + i, time);
                case 3 -> orphaned("lost-" + i, time);
                default -> chatted("chat-" + i, time);
            }
        }
        arriving.sort(Comparator.comparingLong(Arriving::arrival).thenComparingLong(Arriving::tieBreak));
        return arriving.stream().map(Arriving::event).toList();
    }

    /** One or two answers, and a thumb by whoever asked; sometimes another answer is preferred instead. */
    private void chatted(String id, long time) {
        int answers = random.nextInt(3) == 0 ? 2 : 1;
        seen(interaction(id, time, answers), time);
        var rater = "user-" + random.nextInt(5_000);
        long first = time + between(-8, 25);
        if (answers == 2 && random.nextBoolean()) {
            say(id, rater, new Preferred("a0", "a1"), first);
        } else {
            say(id, rater, new Thumb("a" + random.nextInt(answers), random.nextInt(3) > 0), first);
        }
        changeOfMind(id, rater, first, answers);
        if (random.nextInt(12) == 0) {
            // Late by its own time, or made in time and hours on its way.
            if (random.nextBoolean()) {
                say(id, rater, new Thumb("a0", true), first + waits.settle() + between(0, 600));
            } else {
                arrive(
                        FeedbackEvent.of(feedback(id, rater, new Thumb("a0", false), first + MINUTE), first + MINUTE),
                        first + waits.interactionWait() + 3 * waits.lateness());
            }
        }
    }

    private void changeOfMind(String id, String rater, long first, int answers) {
        while (random.nextInt(4) == 0) {
            long time = first + between(0, 60);
            var earlier = "f-" + (said - 1);
            switch (random.nextInt(4)) {
                case 0 -> say(id, rater, new Retracted(earlier), time);
                case 1 ->
                    say(
                            id,
                            random.nextBoolean() ? rater : "somebody",
                            new Retracted("f-" + random.nextInt(said)),
                            time);
                default -> say(id, rater, new Thumb("a" + random.nextInt(answers + 1), random.nextBoolean()), time);
            }
        }
    }

    /** Up to five people rate answers on scales of their own, correct them, or compare them. */
    private void annotated(String id, long time) {
        int answers = 2 + random.nextInt(3);
        seen(interaction(id, time, answers), time);
        long first = time + between(0, 90);
        for (int rater = random.nextInt(5); rater >= 0; rater--) {
            var name = rater == 0 ? "" : "annotator-" + rater;
            for (int i = 0; i < answers; i++) {
                long at = first + between(0, 59);
                int highest = random.nextBoolean() ? 5 : 7;
                switch (random.nextInt(6)) {
                    case 0 -> say(id, name, new Edit("a" + i, text(random.nextInt(4))), at);
                    case 1 -> say(id, name, new Preferred("a" + i, "a" + random.nextInt(answers)), at);
                    default ->
                        say(id, name, new Rating("a" + i, (double) random.nextInt(1, 8), 1.0, (double) highest), at);
                }
            }
        }
    }

    private void voted(String id, long time) {
        seen(interaction(id, time, 2), time);
        long first = time + between(0, 30);
        for (int voter = random.nextInt(6); voter >= 0; voter--) {
            boolean one = random.nextInt(3) > 0;
            say(id, "voter-" + voter, new Preferred(one ? "a0" : "a1", one ? "a1" : "a0"), first + between(0, 59));
        }
    }

    /** No interaction, one that comes too late, or one that nobody judged in time. */
    private void orphaned(String id, long time) {
        say(id, "user-1", new Thumb("a0", true), time);
        switch (random.nextInt(3)) {
            case 0 -> seen(interaction(id, time, 1), time + waits.interactionWait() + between(0, 60));
            case 1 -> seen(interaction(id, time, 1), time - waits.feedbackWait() - between(0, 60));
            default -> {}
        }
    }

    private Interaction interaction(String id, long time, int answers) {
        int content = random.nextInt(contents);
        var prompt = "What is in picture %d?".formatted(content);
        return Interaction.newBuilder()
                .setInteractionId(id)
                .setConversationId("conversation of " + id)
                .setImages(List.of(ByteBuffer.allocate(64).putInt(0, content % 97)))
                .setPrompt(Prompts.user(random.nextBoolean() ? prompt : " " + prompt + "\r\n"))
                .setAnswers(IntStream.range(0, answers)
                        .mapToObj(i -> new Answer("a" + i, text(random.nextInt(6)), "base", "adapter-1"))
                        .toList())
                .setSource("product")
                .setCreatedAt(Instant.ofEpochMilli(time))
                .build();
    }

    /** Few texts, so that answers of several interactions are the same; one of them is none. */
    private static String text(int number) {
        return number == 5 ? " " : "There are %d things in it.".formatted(number);
    }

    private Feedback feedback(String id, String rater, Object judgement, long time) {
        return Feedback.newBuilder()
                .setFeedbackId("f-" + said++)
                .setInteractionId(id)
                .setRater(rater)
                .setJudgement(judgement)
                .setSource("trial")
                // People press a button twice within one second.
                .setCreatedAt(Instant.ofEpochMilli(time - time % 1_000))
                .build();
    }

    private void seen(Interaction interaction, long time) {
        twiceAtTimes(FeedbackEvent.of(interaction, time));
    }

    private void say(String id, String rater, Object judgement, long time) {
        twiceAtTimes(FeedbackEvent.of(feedback(id, rater, judgement, time), time));
    }

    /** What is sent again has the time of its first record, as an export has; it may come again much later. */
    private void twiceAtTimes(FeedbackEvent event) {
        arrive(event, event.timestamp() + arrivals.nextLong(waits.lateness()));
        if (random.nextInt(20) == 0) {
            long delay = random.nextBoolean() ? random.nextLong(waits.lateness()) : between(0, 24 * 60);
            if (event.feedback().isPresent() || delay < waits.lateness()) {
                arrive(event, event.timestamp() + delay);
            }
        }
    }

    private void arrive(FeedbackEvent event, long arrival) {
        arriving.add(new Arriving(event, arrival, arrivals.nextLong()));
    }

    /** A time between so many minutes. */
    private long between(int from, int to) {
        return random.nextLong(from * MINUTE, to * MINUTE + 1);
    }
}

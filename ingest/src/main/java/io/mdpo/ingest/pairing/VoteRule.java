package io.mdpo.ingest.pairing;

import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.avro.Preferred;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** One answer over another: of each two answers that raters compared, the majority decides. */
record VoteRule() implements Rule {
    @Override
    public Class<?> judgement() {
        return Preferred.class;
    }

    @Override
    public void decide(Case of, List<Said> standing, Findings findings) {
        standing.stream()
                .collect(Collectors.groupingBy(
                        said -> said.answers().stream().sorted().toList(), LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(votes -> decidePair(of, votes, findings));
    }

    private static void decidePair(Case of, List<Said> votes, Findings findings) {
        var one = votes.get(0).answers();
        if (of.text(one.get(0)).equals(of.text(one.get(1)))) {
            votes.forEach(
                    vote -> findings.end(vote, FeedbackReason.EQUAL_ANSWERS, "the two answers have the same text"));
            return;
        }
        var sides = votes.stream()
                .collect(Collectors.partitioningBy(vote -> vote.answers().equals(one)));
        var forIt = sides.getOrDefault(true, List.of());
        var against = sides.getOrDefault(false, List.of());
        if (forIt.size() == against.size()) {
            votes.forEach(vote -> findings.end(
                    vote, FeedbackReason.TIE, "%d raters for each of the two answers".formatted(forIt.size())));
            return;
        }
        var more = forIt.size() > against.size() ? forIt : against;
        var fewer = forIt.size() > against.size() ? against : forIt;
        var winner = more.get(0).answers();
        findings.pair("vote", of.text(winner.get(0)), of.text(winner.get(1)), more, of.at());
        fewer.forEach(vote -> findings.end(
                vote,
                FeedbackReason.CONTRADICTED,
                "%d raters against %d prefer the other answer".formatted(more.size(), fewer.size())));
    }
}

package io.mdpo.ingest.pairing;

import java.util.List;

/** How judgements of one kind become pairs. It gives an end, a pair, or an offer to each of them. */
sealed interface Rule permits VoteRule, EditRule, RatingRule, ThumbRule {
    /** Kind of the judgements. */
    Class<?> judgement();

    /**
     * Decides.
     *
     * @param standing what each rater thinks in the end, in the order of {@link Voice#ORDER}; every answer is there, has a
     *     text, and is not too large
     */
    void decide(Case of, List<Said> standing, Findings findings);
}

package io.mdpo.ingest.pairing;

import io.mdpo.ingest.PairNormalizer;
import io.mdpo.schemas.FeedbackReason;
import io.mdpo.schemas.avro.Edit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The edited answer over the original. Raters who made the same of it make one pair. */
record EditRule() implements Rule {
    @Override
    public Class<?> judgement() {
        return Edit.class;
    }

    @Override
    public void decide(Case of, List<Said> standing, Findings findings) {
        standing.stream()
                .collect(Collectors.groupingBy(
                        said -> List.of(said.answers().get(0), edited(said)), LinkedHashMap::new, Collectors.toList()))
                .forEach((edit, by) -> {
                    var original = of.text(edit.get(0));
                    if (original.equals(edit.get(1))) {
                        by.forEach(said ->
                                findings.end(said, FeedbackReason.EQUAL_ANSWERS, "the edited answer is the original"));
                    } else {
                        findings.pair("edit", edit.get(1), original, by, of.at());
                    }
                });
    }

    static String edited(Said said) {
        return PairNormalizer.answer(((Edit) said.judgement()).getText());
    }
}

package io.mdpo.ingest.pairing;

import io.mdpo.schemas.avro.Thumb;
import java.util.List;

/** A thumb looks for its partner in all interactions with the same images and prompt: {@link ThumbMatching}. */
record ThumbRule() implements Rule {
    @Override
    public Class<?> judgement() {
        return Thumb.class;
    }

    @Override
    public void decide(Case of, List<Said> standing, Findings findings) {
        for (var said : standing) {
            var thumb = (Thumb) said.judgement();
            findings.offer(
                    new Offer.Thumb(said.voice(), thumb.getUp(), of.text(thumb.getAnswer()), of.at(), of.home()));
        }
    }
}

package io.mdpo.ingest.gate;

import io.mdpo.schemas.avro.PreferencePair;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;

/**
 * A pair as the gates see it.
 *
 * @param question digest of images, prompt and both answers, whichever was preferred
 * @param images perceptual hash and digest of each image; none where nobody computed them
 */
public record Subject(PreferencePair pair, Bytes question, List<ImageTraits> images) {
    public Subject {
        images = List.copyOf(images);
    }

    /**
     * How an image looks, and which file it is.
     *
     * @param look near to that of an image that looks alike
     * @param file the first bits of the digest of its bytes
     */
    public record ImageTraits(long look, long file) {}
}

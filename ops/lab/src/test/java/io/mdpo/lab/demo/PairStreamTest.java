package io.mdpo.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.lab.scenes.NounCatalogue;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.PairKind;
import io.mdpo.schemas.avro.PreferencePair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class PairStreamTest {
    private static final AvroSerde<PreferencePair> SERDE = AvroSerde.of(PreferencePair.class);
    private static final int PAIRS = 200;

    private final NounCatalogue catalogue = NounCatalogue.load();

    @Test
    void aThumbIsForOneAnswerOfAScene() {
        var pairs = answers(FeedbackKind.PAIRS, 3).stream()
                .collect(Collectors.toMap(PreferencePair::getPairId, Function.identity(), (first, again) -> first));

        var thumbs = answers(FeedbackKind.THUMBS, 3);

        assertThat(thumbs.stream().map(PreferencePair::getPairId).distinct()).hasSize(PAIRS);
        assertThat(thumbs).hasSize(PAIRS + 1).allSatisfy(thumb -> {
            var kind = PairKind.of(thumb).orElseThrow();
            var pair = Objects.requireNonNull(pairs.get(thumb.getPairId()));
            assertThat(kind).isNotEqualTo(PairKind.PAIR);
            assertThat(thumb.getImages()).isEqualTo(pair.getImages());
            assertThat(thumb.getChosen()).isEqualTo(kind.hasChosen() ? pair.getChosen() : "");
            assertThat(thumb.getRejected()).isEqualTo(kind.hasRejected() ? pair.getRejected() : "");
        });
        // 0.5 of 200, and six standard deviations of 7.
        assertThat(thumbs.stream().filter(thumb -> thumb.getKind().equals("desirable")))
                .hasSizeBetween(58, 142);
    }

    @Test
    void theSeedDecidesOrderAndThumbs() {
        assertThat(answers(FeedbackKind.THUMBS, 3)).isEqualTo(answers(FeedbackKind.THUMBS, 3));
        assertThat(answers(FeedbackKind.THUMBS, 3).subList(0, 20))
                .isNotEqualTo(answers(FeedbackKind.THUMBS, 4).subList(0, 20));
    }

    /** The good records, and the one that is sent twice. */
    private List<PreferencePair> answers(FeedbackKind feedback, long seed) {
        var records = new ArrayList<ProducerRecord<String, byte[]>>();
        new PairStream(catalogue, PAIRS, seed, feedback).forEach(records::add);
        assertThat(records).hasSize(PAIRS + 6);
        return records.stream()
                .filter(record -> record.key().startsWith("scene-"))
                .map(record -> SERDE.decode(record.value()))
                .toList();
    }
}

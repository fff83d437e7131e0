package io.mdpo.learner.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.learner.training.RunConfiguration;
import io.mdpo.learner.training.Trainer;
import io.mdpo.schemas.AvroSerde;
import io.mdpo.schemas.avro.LogProbs;
import io.mdpo.schemas.avro.Message;
import io.mdpo.schemas.avro.Part;
import io.mdpo.schemas.avro.PreferencePair;
import io.mdpo.schemas.avro.Reference;
import io.mdpo.schemas.avro.ScoredPair;
import io.mdpo.scorer.text.Tokenizer;
import io.mdpo.scorer.torch.BlobSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IntakeTest {
    private static final Path TOKENIZER = Path.of("../scorer/src/test/resources/golden/llava/model/tokenizer.json");
    private static final AvroSerde<ScoredPair> SCORED_PAIR = AvroSerde.of(ScoredPair.class);

    /** A tokenizer that is freed under a thread that uses it ends the JVM with SIGSEGV. */
    @Test
    @Timeout(120)
    void twoHundredClosesDuringTokenizingLeaveNobodyAtTheTokenizer() throws InterruptedException {
        byte[] record = SCORED_PAIR.encode(pair());
        for (int i = 0; i < 200; i++) {
            try (var trainer = new TokenizingTrainer()) {
                try (var intake = new Intake(trainer)) {
                    for (int offset = 0; offset < 4; offset++) {
                        var unused = intake.start(new ConsumerRecord<>("scored-pairs", 0, offset, new byte[0], record));
                    }
                    assertThat(trainer.begun.await(30, TimeUnit.SECONDS)).isTrue();
                }
                assertThat(trainer.atWork).hasValue(0);
            }
        }
    }

    private static ScoredPair pair() {
        return ScoredPair.newBuilder()
                .setPair(PreferencePair.newBuilder()
                        .setPairId("pair")
                        .setPrompt(List.of(new Message("user", List.of(new Part("text", "what is this ?")))))
                        .setChosen("a red dog and a cat . ".repeat(2_000))
                        .setRejected("two")
                        .setCreatedAt(Instant.EPOCH)
                        .build())
                .setCorruptions(List.of())
                .setLogProbs(new LogProbs(List.of(), List.of(), List.of()))
                .setReference(new Reference("reference", null))
                .build();
    }

    /** Prepares with a real tokenizer, and learns nothing. */
    private static final class TokenizingTrainer implements Trainer {
        private final Tokenizer tokenizer = new Tokenizer(TOKENIZER, new ObjectMapper().createObjectNode());
        private final CountDownLatch begun = new CountDownLatch(1);
        private final AtomicInteger atWork = new AtomicInteger();

        @Override
        public Preparation prepare(ScoredPair pair) {
            atWork.incrementAndGet();
            begun.countDown();
            try {
                assertThat(tokenizer.part(pair.getPair().getChosen())).isNotEmpty();
                return new Preparation.Ready(new PreparedPair() {});
            } finally {
                atWork.decrementAndGet();
            }
        }

        @Override
        public Map<String, Double> step(List<PreparedPair> batch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Fault> faulty(List<PreparedPair> batch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long step() {
            return 0;
        }

        @Override
        public BlobSource adapter() {
            throw new UnsupportedOperationException();
        }

        @Override
        public BlobSource optimizerState() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String adapterConfig() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RunConfiguration configuration() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String referenceId() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restore(long step, Path adapter, Path optimizerState) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            tokenizer.close();
        }
    }
}

package io.mdpo.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.mdpo.learner.lora.LoraConfig;
import io.mdpo.learner.service.LearnerConfig;
import io.mdpo.learner.training.PolicyTrainer;
import io.mdpo.scorer.family.ModelFormatException;
import io.mdpo.scorer.torch.Safetensors;
import io.mdpo.scorer.torch.Safetensors.Storage;
import io.mdpo.scorer.torch.Torch;
import io.mdpo.scorer.vlm.ModelConfig;
import io.mdpo.scorer.vlm.PeftAdapter;
import io.mdpo.scorer.vlm.TinyLlava;
import io.mdpo.scorer.vlm.VisionLanguageModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ten thousand spoiled adapter files for each of those who read them: the reader of the format, the reader of PEFT
 * adapters, and the learner that restores a checkpoint. A file is read, or refused with an exception that is documented.
 * Nothing is allocated because a file claims it, which the small heap of the tests would not survive.
 *
 * <p>{@code -Dmdpo.fuzz.seed=N} has the files of that seed again.
 */
@Timeout(300)
class HostileWeightsIT {
    private static final Logger LOG = LoggerFactory.getLogger(HostileWeightsIT.class);
    private static final long SEED = Long.getLong("mdpo.fuzz.seed", 20_260_101);
    private static final int FILES = Integer.getInteger("mdpo.fuzz.files", 10_000);

    private static final List<Storage> STORAGES = List.of(Storage.values());

    /** What the header can hold in the place of a number, a name or a bracket. */
    private static final List<String> HEADER_WORDS = List.of(
            "-1",
            "0",
            "9223372036854775807",
            "9".repeat(400),
            "1e308",
            "null",
            "true",
            "[[",
            "}",
            "\"F32\"",
            "\"I64\"",
            "\"BF16\"",
            "{\"dtype\":",
            "\"__metadata__\"",
            "[4294967296,4294967296]",
            "[0,4611686018427387904]",
            "[".repeat(2000));

    @TempDir
    private static Path temp;

    private static PolicyTrainer trainer;
    private static byte[] adapter;
    private static byte[] optimizer;

    @BeforeAll
    static void open() {
        trainer = LearnerConfig.defaults()
                .withModel(ModelConfig.cpu(TinyLlava.write(temp.resolve("model"), 11), 1))
                .withLora(new LoraConfig(2, 2, List.of()))
                .withBatchSize(4)
                .openTrainer();
        adapter = trainer.adapter().bytes();
        optimizer = trainer.optimizerState().bytes();
    }

    @AfterAll
    static void close() {
        trainer.close();
    }

    @Test
    void theReaderReadsOrRefusesEveryFile() throws IOException {
        var file = temp.resolve("spoiled.safetensors");
        var outcomes = new TreeMap<String, Integer>();
        var random = new Random(SEED);
        for (int i = 0; i < FILES; i++) {
            var spoiled = spoil(adapter, random);
            if (random.nextBoolean()) {
                attempt(i, outcomes, manager -> Safetensors.read(manager, spoiled));
                continue;
            }
            Files.write(file, spoiled);
            var storage = STORAGES.get(random.nextInt(STORAGES.size()));
            attempt(i, outcomes, manager -> Safetensors.read(manager, file, name -> true, storage));
        }
        LOG.atInfo().addKeyValue("seed", SEED).addKeyValue("outcomes", outcomes).log("fuzzed the reader");
        assertThat(outcomes).containsKeys("read", "IllegalArgumentException");
    }

    @Test
    void anAdapterOfPeftIsReadOrRefused() throws IOException {
        var directory = Files.createDirectories(temp.resolve("peft"));
        var config = trainer.adapterConfig().getBytes(UTF_8);
        var outcomes = new TreeMap<String, Integer>();
        var random = new Random(SEED);
        try (var model = VisionLanguageModel.open(temp.resolve("model"))) {
            for (int i = 0; i < FILES; i++) {
                boolean both = random.nextInt(4) == 0;
                Files.write(
                        directory.resolve(PeftAdapter.CONFIG_FILE),
                        both ? Damage.overwrite(config, random, 0, config.length) : config);
                Files.write(directory.resolve(PeftAdapter.WEIGHTS_FILE), both ? adapter : spoil(adapter, random));
                attempt(i, outcomes, manager -> PeftAdapter.read(manager, model.family(), directory));
            }
        }
        LOG.atInfo().addKeyValue("seed", SEED).addKeyValue("outcomes", outcomes).log("fuzzed PEFT adapters");
        assertThat(outcomes).containsOnlyKeys("read", "ModelFormatException");
    }

    /** Beyond the digests that guard it: a manifest may have been made for the spoiled bytes. */
    @Test
    void aCheckpointIsRestoredOrRefused() throws IOException {
        var first = temp.resolve("first.safetensors");
        var second = temp.resolve("second.safetensors");
        var outcomes = new TreeMap<String, Integer>();
        var random = new Random(SEED);
        for (int i = 0; i < FILES; i++) {
            boolean weights = random.nextBoolean();
            Files.write(first, weights ? spoil(adapter, random) : adapter);
            Files.write(second, weights ? optimizer : spoil(optimizer, random));
            attempt(i, outcomes, manager -> trainer.restore(1, first, second));
        }
        LOG.atInfo().addKeyValue("seed", SEED).addKeyValue("outcomes", outcomes).log("fuzzed checkpoints");
        assertThat(outcomes).containsOnlyKeys("read", "IllegalArgumentException");
    }

    /** How something is read. */
    private interface Reading {
        void read(NDManager manager);
    }

    private static void attempt(int number, Map<String, Integer> outcomes, Reading reading) {
        try (var manager = Torch.newManager()) {
            reading.read(manager);
            outcomes.merge("read", 1, Integer::sum);
        } catch (IllegalArgumentException | UncheckedIOException | ModelFormatException e) {
            outcomes.merge(e.getClass().getSimpleName(), 1, Integer::sum);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("file %d of seed %d".formatted(number, SEED), e);
        }
    }

    private static byte[] spoil(byte[] file, Random random) {
        int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        return switch (random.nextInt(6)) {
            case 0 -> Damage.flip(file, random, 0, 8);
            case 1 -> Damage.flip(file, random, 8, 8 + header);
            case 2 -> Damage.cut(file, random);
            case 3 -> Damage.overwrite(file, random, 0, 8 + header);
            case 4 -> Damage.lengthen(file, random);
            default -> reworded(file, header, random);
        };
    }

    /** One word of the header becomes another, and the header's length fits again. */
    private static byte[] reworded(byte[] file, int header, Random random) {
        var words = new String(file, 8, header, UTF_8).split("(?<=[\\[\\]{},:])", -1);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(words.length);
            var end = words[at].isEmpty() ? "" : words[at].substring(words[at].length() - 1);
            words[at] = HEADER_WORDS.get(random.nextInt(HEADER_WORDS.size())) + (",:]}".contains(end) ? end : "");
        }
        var json = String.join("", words).getBytes(UTF_8);
        return ByteBuffer.allocate(8 + json.length + file.length - 8 - header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(file, 8 + header, file.length - 8 - header)
                .array();
    }
}

package io.mdpo.scorer.vlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.torch.ComputeDevice;
import io.mdpo.scorer.torch.Kernels;
import io.mdpo.scorer.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceIdTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void write() {
        TinyLlava.write(directory, 1);
    }

    private ReferenceId reference(Precision precision, Kernels kernels) {
        return ModelInspection.of(directory, ComputeDevice.of("cpu", precision, kernels), Background.WHITE)
                .reference()
                .orElseThrow();
    }

    private ReferenceId reference() {
        return reference(Precision.AUTO, Kernels.NATIVE);
    }

    @Test
    void theIdIsTheDigestOfATextThatNamesEveryPart() throws IOException {
        var reference = reference();

        assertThat(reference.id()).isEqualTo(DigestUtils.sha256Hex(reference.text()));
        assertThat(reference.text().lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactly(
                        "version",
                        "family",
                        "precision",
                        "kernels",
                        "background",
                        "bos-token",
                        "end-of-turn",
                        "chat-template",
                        "probe",
                        "model.safetensors",
                        "config.json",
                        "preprocessor_config.json",
                        "tokenizer.json");
        var config = Files.readAllBytes(directory.resolve("config.json"));
        assertThat(reference.text())
                .contains("config.json=%d %s\n".formatted(config.length, DigestUtils.sha256Hex(config)));
    }

    @Test
    void theModelThatIsOpenedHasTheIdThatInspectionShows() {
        try (var model = VisionLanguageModel.open(directory)) {
            assertThat(model.reference()).isEqualTo(reference());
        }
    }

    /** The token is written by templates, and stands in a file of which the rest does not count. */
    @Test
    void theFirstTokenOfTheTokenizerIsPartOfIt() throws IOException {
        var without = reference();
        var file = directory.resolve("tokenizer_config.json");
        var json = new ObjectMapper().createObjectNode();
        Files.writeString(file, json.put("bos_token", "<s>").toString());
        var with = reference();
        Files.writeString(file, json.put("transformers_version", "4.57.1").toString());

        assertThat(with.id()).isNotEqualTo(without.id());
        assertThat(reference().id()).isEqualTo(with.id());
    }

    @Test
    void aByteThatMovesFromOneFileToTheNextChangesIt() throws IOException {
        var before = reference();
        append("config.json", "\n");
        var one = reference();
        write();
        append("preprocessor_config.json", "\n");

        assertThat(one.id()).isNotEqualTo(before.id());
        assertThat(reference().id()).isNotIn(before.id(), one.id());
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), Files.readString(directory.resolve(name)) + text);
    }

    @Test
    void whatASettingChangesIsNamed() {
        var own = reference();

        assertThat(own.explained(reference(Precision.BF16, Kernels.NATIVE).id()))
                .isEqualTo(" (precision is fp32, there it is bf16)");
        assertThat(own.explained(reference(Precision.FP32, Kernels.PORTABLE).id()))
                .isEqualTo(" (kernels is native, there it is portable)");
        assertThat(own.with("adapter", "a")
                        .explained(own.with("background", "none")
                                .with("adapter", "a")
                                .id()))
                .isEqualTo(" (background is #ffffff, there it is none)");
        assertThat(own.explained("another")).contains("model, tokenizer or version differ");
    }
}

package io.mdpo.ops.imports.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.mdpo.operator.OperatorException;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ImageReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
    private static final ByteBuffer BYTES = ByteBuffer.wrap(new byte[] {1, 2, 3});

    @TempDir
    private Path temp;

    private Path root;
    private Images images;

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectories(temp.resolve("root"));
        Files.write(Files.createDirectories(root.resolve("deep")).resolve("a.png"), BYTES.array());
        Files.write(temp.resolve("secret.png"), BYTES.array());
        Files.createSymbolicLink(root.resolve("out.png"), temp.resolve("secret.png"));
        Files.createSymbolicLink(root.resolve("in.png"), Path.of("deep", "a.png"));
        images = Images.below(root, 3);
    }

    @Test
    void pathsDataUrlsAndBytesGiveTheSameImage() throws IOException {
        assertThat(images.load(new TextNode("deep/a.png"))).isEqualTo(BYTES);
        assertThat(images.load(new TextNode("in.png"))).isEqualTo(BYTES);
        assertThat(images.load(new TextNode(root.resolve("deep/a.png").toString())))
                .isEqualTo(BYTES);
        assertThat(images.load(new TextNode(root.resolve("deep/a.png").toUri().toString())))
                .isEqualTo(BYTES);
        assertThat(images.load(new TextNode("data:image/png;base64,AQID"))).isEqualTo(BYTES);
        assertThat(images.load(new TextNode("DATA:image/png;name=x;BASE64,AQID")))
                .isEqualTo(BYTES);
        assertThat(images.load(BinaryNode.valueOf(BYTES.array()))).isEqualTo(BYTES);
        assertThat(images.load(json("{'bytes': 'AQID', 'path': 'nowhere.png'}")))
                .isEqualTo(BYTES);
        assertThat(images.load(json("{'bytes': null, 'path': 'deep/a.png'}"))).isEqualTo(BYTES);
        assertThat(images.load(json("{'url': 'data:image/png;base64,AQID', 'detail': 'low'}")))
                .isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.png", "out.png", "deep/../../secret.png", "deep", "nowhere.png", "", "a\0b.png"})
    void noPathLeadsOutOfTheFolder(String path) {
        assertRefused(new TextNode(path), RejectionReason.IMAGE_REFERENCE_REFUSED, "--images names another folder");
    }

    @Test
    void anAbsolutePathLeadsOutOfItNeither() {
        assertRefused(
                new TextNode(temp.resolve("secret.png").toString()),
                RejectionReason.IMAGE_REFERENCE_REFUSED,
                "no file below");
        assertRefused(
                new TextNode(temp.resolve("secret.png").toUri().toString()),
                RejectionReason.IMAGE_REFERENCE_REFUSED,
                "no file below");
    }

    @Test
    void anAddressNeedsADigest() throws IOException {
        var sha256 = "AB".repeat(32);

        assertThat(images.load(json("{'uri': 'https://a.example/a.png', 'sha256': '%s'}".formatted(sha256))))
                .isEqualTo(new ImageReference("https://a.example/a.png", "ab".repeat(32)));
        assertRefused(
                new TextNode("HTTPS://a.example/a.png"),
                RejectionReason.IMAGE_REFERENCE_REFUSED,
                "download it and name the file, or give an object with uri and sha256");
        assertRefused(
                json("{'uri': 'https://a.example/a.png', 'sha256': 'abc'}"),
                RejectionReason.IMAGE_REFERENCE_REFUSED,
                "64 hexadecimal digits");
        assertThatThrownBy(() -> images.loadBytes(
                        List.of(json("{'uri': 'https://a.example/a.png', 'sha256': '%s'}".formatted(sha256)))))
                .hasMessageContaining("only as bytes");
    }

    @Test
    void imagesThatAreTooLargeOrDamagedAreRefused() throws IOException {
        Files.write(root.resolve("large.png"), new byte[4]);

        assertRefused(new TextNode("large.png"), RejectionReason.IMAGE_TOO_LARGE, "more than the 3 bytes");
        assertRefused(new TextNode("data:image/png;base64,AQIDBA=="), RejectionReason.IMAGE_TOO_LARGE, "3 bytes");
        assertRefused(new TextNode("data:image/png;base64,A*"), RejectionReason.UNDECODABLE_IMAGE, "is damaged");
        assertRefused(new TextNode("data:image/png,abc"), RejectionReason.UNDECODABLE_IMAGE, "not in base64");
        assertRefused(json("{'bytes': 'A*'}"), RejectionReason.UNDECODABLE_IMAGE, "no base64");
        assertRefused(json("{'detail': 'low'}"), RejectionReason.UNDECODABLE_RECORD, "neither a path nor a data URL");
        assertRefused(json("7"), RejectionReason.UNDECODABLE_RECORD, "neither a path nor a data URL");
    }

    @Test
    void aFolderThatIsNotThereIsTheOperatorsError() {
        assertThatThrownBy(() -> Images.below(temp.resolve("nothing"), 1))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("no folder to read images from");
    }

    private void assertRefused(JsonNode image, RejectionReason reason, String sentence) {
        assertThatThrownBy(() -> images.load(image))
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining(sentence)
                .extracting(e -> ((RefusedRowException) e).reason())
                .isEqualTo(reason);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }
}

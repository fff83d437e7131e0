package io.mdpo.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.mdpo.ingest.outcome.Outcome;
import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.RejectionReason;
import io.mdpo.schemas.avro.ImageReference;
import io.mdpo.schemas.avro.PreferencePair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferencesTest {
    private static final byte[] IMAGE = Images.png();
    private static final String SHA256 = DigestUtils.sha256Hex(IMAGE);

    @TempDir
    private Path folder;

    private Path root;
    private ImageReferences references;

    @BeforeEach
    void writeImages() throws IOException {
        root = Files.createDirectories(folder.resolve("images"));
        Files.createDirectory(root.resolve("sub"));
        Files.write(root.resolve("sub/a b.png"), IMAGE);
        Files.write(folder.resolve("secret.png"), IMAGE);
        Files.write(Files.createDirectory(folder.resolve("images-2")).resolve("secret.png"), IMAGE);
        Files.createSymbolicLink(root.resolve("out.png"), folder.resolve("secret.png"));
        Files.createSymbolicLink(root.resolve("outside"), folder);
        Files.createSymbolicLink(root.resolve("in.png"), root.resolve("sub/a b.png"));
        references = new ImageReferences(Optional.of(root), Optional.empty(), 100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:sub/a%20b.png", "FILE:sub/../sub/a%20b.png", "file:in.png"})
    void aFileBelowTheRootIsRead(String uri) {
        assertThat(image(uri, SHA256)).isEqualTo(Optional.of(ByteBuffer.wrap(IMAGE)));
    }

    @Test
    void anAbsoluteUriBelowTheRootIsRead() {
        var uri = root.resolve("sub/a b.png").toUri().toString();

        assertThat(uri).startsWith("file:///");
        assertThat(image(uri, SHA256.toUpperCase(Locale.ROOT))).isEqualTo(Optional.of(ByteBuffer.wrap(IMAGE)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:../secret.png",
                "file:sub/../../secret.png",
                "file:..%2Fsecret.png",
                "file:../images-2/secret.png",
                "file:out.png",
                "file:outside/secret.png",
                "file:///etc/hostname",
                "file://host/sub/a%20b.png",
                "file:sub",
                "file:",
                "file:missing.png",
                "file:a%00.png",
                "file:sub/a%20b.png#x",
                "file:sub/a b.png",
                "sub/a%20b.png",
                "http://example.org/a.png",
                "https://example.org/a.png",
                "data:image/png;base64,AAAA"
            })
    void anythingElseIsRefused(String uri) {
        assertRefused(references.resolve(pair(uri, SHA256)));
    }

    @Test
    void anAbsoluteUriOutsideTheRootIsRefused() {
        assertRefused(
                references.resolve(pair(folder.resolve("secret.png").toUri().toString(), SHA256)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0000000000000000000000000000000000000000000000000000000000000000"})
    void aFileWithAnotherDigestIsRefused(String sha256) {
        assertRefused(references.resolve(pair("file:in.png", sha256)));
    }

    @Test
    void aFileLargerThanAnImageMayBeIsRefused() {
        var small = new ImageReferences(Optional.of(root), Optional.empty(), IMAGE.length - 1);

        assertThat(small.resolve(pair("file:in.png", SHA256)))
                .isEqualTo(Outcome.refused(
                        RejectionReason.IMAGE_TOO_LARGE,
                        "the referenced image has %d bytes, and at most %d are allowed"
                                .formatted(IMAGE.length, IMAGE.length - 1)));
    }

    @Test
    void withoutARootEveryReferenceIsRefused() {
        assertRefused(
                new ImageReferences(Optional.empty(), Optional.empty(), 100_000).resolve(pair("file:in.png", SHA256)));
    }

    private Optional<Object> image(String uri, String sha256) {
        return references.resolve(pair(uri, sha256)).toOptional().map(pair -> pair.getImages()
                .get(0));
    }

    private static PreferencePair pair(String uri, String sha256) {
        return PreferencePair.newBuilder()
                .setPairId("a")
                .setImages(List.of(new ImageReference(uri, sha256)))
                .setPrompt(Prompts.user("Describe the picture."))
                .setChosen("A dog.")
                .setRejected("A cat.")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }

    private void assertRefused(Outcome<PreferencePair> outcome) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.rejection().reason()).isEqualTo(RejectionReason.IMAGE_REFERENCE_REFUSED);
            assertThat(refused.rejection().message()).doesNotContain(folder.toString());
        });
    }
}

package io.mdpo.lab.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The image of a question: an encoded file. */
public sealed interface Picture {
    /**
     * The bytes of the image file.
     *
     * @throws IllegalArgumentException there is a {@link #problem}
     * @throws IOException the image cannot be read
     */
    byte[] bytes() throws IOException;

    /** Why there is no image, if there is none. */
    Optional<String> problem();

    /** An image that lies in one of a few places, because archives of a benchmark are unpacked in several ways. */
    record InFile(List<Path> candidates) implements Picture {
        public InFile {
            candidates = List.copyOf(candidates);
        }

        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(found().orElseThrow(
                            () -> new IllegalArgumentException(problem().orElseThrow())));
        }

        @Override
        public Optional<String> problem() {
            return found().isPresent()
                    ? Optional.empty()
                    : Optional.of(candidates.stream()
                            .map(Path::toString)
                            .collect(Collectors.joining(" or ", "there is no image ", "")));
        }

        private Optional<Path> found() {
            return candidates.stream().filter(Files::isRegularFile).findFirst();
        }
    }

    /** An image inside the file of questions, in base64. */
    record Inline(String base64) implements Picture {
        @Override
        public byte[] bytes() {
            return Base64.getMimeDecoder().decode(base64);
        }

        @Override
        public Optional<String> problem() {
            return base64.isBlank() ? Optional.of("the question holds no image") : Optional.empty();
        }
    }
}

package io.mdpo.lab.benchmark.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Opens the models that libraries bring on the class path. */
final class Models {
    private Models() {}

    interface Opening<T> {
        T from(InputStream stream) throws IOException;
    }

    static <T> T open(String resource, Opening<T> opening) {
        try (InputStream stream = Models.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the class path lacks " + resource);
            }
            return opening.from(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

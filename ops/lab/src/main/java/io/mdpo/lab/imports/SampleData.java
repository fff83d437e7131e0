package io.mdpo.lab.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** Rows with JPEGs of 640 x 480 noisy pixels, some 65 kB each, made up from a seed. */
final class SampleData {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    /** Pictures that are drawn and encoded; a few bytes behind a picture's end make each row's a file of its own. */
    private static final int PICTURES = 64;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final int rows;

    SampleData(Path folder, int rows) {
        this.folder = folder;
        this.rows = rows;
    }

    /** ms-swift's rows, whose images are files. */
    Path paths() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        return write("paths.jsonl", (row, image) -> {
            var name = "images/%06d.jpg".formatted(row);
            Files.write(folder.resolve(name), image);
            return Map.of(
                    "messages",
                    List.of(message("user", "<image>" + question(row)), message("assistant", "A good answer.")),
                    "images",
                    List.of(name),
                    "rejected_response",
                    "A bad answer.");
        });
    }

    /** OpenAI's rows, whose images are in the row. */
    Path dataUrls() throws IOException {
        return write("data-urls.jsonl", (row, image) -> {
            var url = "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(image);
            var parts = List.of(
                    Map.of("type", "image_url", "image_url", Map.of("url", url)),
                    Map.of("type", "text", "text", question(row)));
            return Map.of(
                    "input",
                    Map.of("messages", List.of(Map.of("role", "user", "content", parts))),
                    "preferred_output",
                    List.of(message("assistant", "A good answer.")),
                    "non_preferred_output",
                    List.of(message("assistant", "A bad answer.")));
        });
    }

    private interface RowMaker {
        Object row(int number, byte[] image) throws IOException;
    }

    private Path write(String name, RowMaker maker) throws IOException {
        var file = folder.resolve(name);
        var pictures = new byte[PICTURES][];
        var random = new Random(7);
        for (int i = 0; i < PICTURES; i++) {
            pictures[i] = picture(random);
        }
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int row = 0; row < rows; row++) {
                var picture = pictures[row % PICTURES];
                var image = ByteBuffer.allocate(picture.length + Integer.BYTES)
                        .put(picture)
                        .putInt(row)
                        .array();
                out.write(JSON.writeValueAsString(maker.row(row, image)));
                out.newLine();
            }
        }
        return file;
    }

    private static Map<String, String> message(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    private static String question(int row) {
        return "What does picture %d show?".formatted(row);
    }

    private static byte[] picture(Random random) throws IOException {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        int hue = random.nextInt(64);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int grey = Math.min(255, hue + (x + y) / 16 + random.nextInt(128));
                image.setRGB(x, y, grey << 16 | (255 - grey) << 8 | grey / 2);
            }
        }
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }
}

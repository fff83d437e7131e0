package io.mdpo.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mdpo.ops.cli.Main;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    private static final Path FIXTURES = Path.of("src/test/resources/benchmarks");
    private static final Path AMBER = FIXTURES.resolve("amber");
    private static final Path TINY = Path.of("../../scorer/src/test/resources/golden/llava");

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** The numbers are those of AMBER's own program, as AmberAgreementTest shows. */
    @Test
    void answersToAmberAreScoredAsTableAndAsJson() throws IOException {
        var report = dir.resolve("report.json");
        assertThat(evaluate(
                        "--benchmark=amber",
                        "--data=" + AMBER,
                        "--answers=" + AMBER.resolve("answers.json"),
                        "--similarities=" + AMBER.resolve("similarities.tsv"),
                        "--tagger=" + FIXTURES.resolve("tagger"),
                        "--report=" + report))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("amber, 126 answers", "generative (60)", "existence (11)")
                .containsPattern("CHAIR +22\\.6 ")
                .contains("comparable with published numbers: yes");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("metrics").path("generative").path("CHAIR").asDouble())
                .isEqualTo(22.6);
        assertThat(json.path("metrics").path("generative").path("answers").asInt())
                .isEqualTo(60);
        assertThat(json.path("comparable").asBoolean()).isTrue();
        assertThat(json.path("source").path("answers").asText()).endsWith("answers.json");
        assertThat(json.path("verdicts")).hasSize(126);
    }

    @Test
    void whatIsNotComparableSaysSo() {
        assertThat(evaluate(
                        "--benchmark=amber",
                        "--data=" + AMBER,
                        "--part=generative",
                        "--answers=" + AMBER.resolve("answers.json")))
                .isZero();
        assertThat(out.toString())
                .contains("comparable with published numbers: no")
                .contains("note: not comparable with published numbers: without --similarities")
                .contains("without --tagger")
                .doesNotContain("discriminative");

        var chair = FIXTURES.resolve("chair");
        assertThat(evaluate(
                        "--benchmark=object-halbench",
                        "--data=" + chair,
                        "--answers=" + chair.resolve("answers.jsonl")))
                .isZero();
        assertThat(out.toString()).contains("note: not comparable with published Object HalBench numbers");
    }

    @Test
    void everyProblemOfTheAnswersIsNamedWithItsLineAndWithoutAStackTrace() throws IOException {
        var answers = Files.writeString(
                dir.resolve("answers.json"),
                "[{\"id\": 1, \"response\": \"A dog.\"},\n{\"id\": 1, \"response\": \"\"},\n{\"id\": 99999,}]");
        assertThat(evaluate("--benchmark=amber", "--data=" + AMBER, "--limit=2", "--answers=" + answers))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("mdpo: the benchmark cannot be scored")
                .contains(answers + ":2: question 1 was answered on line 1 already")
                .contains(answers + ":3: this is not JSON")
                .contains("query_all.json:7: question 2 has no answer in " + answers)
                .doesNotContain("\tat ", "--verbose");
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(evaluate("--benchmark=amber", "--data=x")).isEqualTo(2);
        assertThat(evaluate("--benchmark=amber", "--data=x", "--answers=a", "--model=b"))
                .isEqualTo(2);
        assertThat(evaluate("--benchmark=pope", "--data=x", "--answers=a")).isEqualTo(2);
        assertThat(err.toString()).contains("'pope' is none of amber, object-halbench, mmhal");
        assertThat(evaluate("--benchmark=mmhal", "--data=x", "--answers=a")).isEqualTo(2);
        assertThat(err.toString()).contains("--benchmark mmhal needs --judge-model");
        assertThat(evaluate("--benchmark=mmhal", "--judge-model=m", "--data=x", "--answers=a", "--tagger=t"))
                .isEqualTo(2);
        assertThat(evaluate("--benchmark=amber", "--data=x", "--model=b", "--device=tpu"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("device is 'tpu'");
        assertThat(evaluate("--benchmark=amber", "--data=x", "--model=b", "--max-tokens=0"))
                .isEqualTo(2);
        assertThat(evaluate("--benchmark=amber", "--data=x", "--answers=a", "--limit=0"))
                .isEqualTo(2);
    }

    @Test
    void aModelAnswersWhatIsNotAnsweredYet() throws IOException {
        var data = amberWithImages();
        var answers = dir.resolve("written.json");
        String[] command = {
            "--benchmark=amber",
            "--data=" + data,
            "--limit=3",
            "--model=../demo/model",
            "--write-answers=" + answers,
            "--max-tokens=24",
            "--batch=2",
            "--device=cpu"
        };
        assertThat(evaluate(command)).as(err.toString()).isZero();
        var first = texts(answers);
        assertThat(first).hasSize(3).doesNotContain("");
        assertThat(out.toString()).contains("amber, 3 answers", "only the first 3 questions were asked");

        Files.writeString(answers, "[{\"id\": 2, \"response\": \"Kept.\"}]");
        assertThat(evaluate(command)).as(err.toString()).isZero();
        assertThat(texts(answers)).containsExactly(first.get(0), "Kept.", first.get(2));
    }

    @Test
    void anAdapterIsBoundAndNamedInTheAnswers() throws IOException {
        var data = halBench("What is it?");
        var json = new ObjectMapper();
        var bare = json.readTree(answers(data).toFile());
        var adapted = json.readTree(
                answers(data, "--adapter=" + TINY.resolve("adapter")).toFile());
        assertThat(bare.path("model_id").asText()).isEqualTo("model");
        assertThat(adapted.path("model_id").asText()).isEqualTo("model+adapter");
        assertThat(adapted.path("text")).isNotEqualTo(bare.path("text"));
    }

    /** As in a pair: some files of questions are written with it, for one family. */
    @Test
    void aPlaceholderAtTheBeginningOfAQuestionIsTheImagesPlaceAndAnyOtherIsRefused() throws IOException {
        var json = new ObjectMapper();
        var plain = json.readTree(answers(halBench("What is it?")).toFile());
        var placed = json.readTree(answers(halBench("<image>\\nWhat is it?")).toFile());
        assertThat(placed.path("text").asText())
                .isNotEmpty()
                .isEqualTo(plain.path("text").asText());

        assertThat(evaluate(with(tiny(halBench("What <image> is it?")), "--write-answers=" + dir.resolve("no.jsonl"))))
                .isEqualTo(1);
        assertThat(err.toString()).contains("cannot be asked: a text holds <image>, which stands for an image");
    }

    /** A folder with one question about one image. */
    private Path halBench(String question) throws IOException {
        var data = Files.createTempDirectory(dir, "halbench");
        for (String file : List.of("synonyms.txt", "annotations")) {
            copy(FIXTURES.resolve("chair").resolve(file), data.resolve(file));
        }
        Files.copy(image(dir.resolve("image.png")), data.resolve("image.png"));
        Files.writeString(
                data.resolve("obj_halbench_300_with_image.jsonl"),
                "{\"question\": \"%s\", \"image_id\": 1000, \"image_path\": \"image.png\"}".formatted(question));
        return data;
    }

    private static String[] tiny(Path data) {
        return new String[] {
            "--benchmark=object-halbench",
            "--data=" + data,
            "--allow-empty",
            "--max-tokens=12",
            "--model=" + TINY.resolve("model")
        };
    }

    private Path answers(Path data, String... more) throws IOException {
        var answers = Files.createTempDirectory(dir, "answers").resolve("answers.jsonl");
        assertThat(evaluate(with(with(tiny(data), more), "--write-answers=" + answers)))
                .as(err.toString())
                .isZero();
        return answers;
    }

    @Test
    void missingImagesAreNamedBeforeTheModelIsOpened() {
        assertThat(evaluate("--benchmark=amber", "--data=" + AMBER, "--limit=2", "--model=no-such-model"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("query_all.json:2: there is no image")
                .contains("AMBER_2.jpg")
                .doesNotContain("no-such-model");
    }

    /** In a process of its own, because address and key come from the environment. */
    @Test
    @Timeout(120)
    void aJudgeRatesAnswersToMmhalAndItsKeyIsNeverShown() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var keys = new ArrayList<String>();
        server.createContext("/v1/chat/completions", exchange -> judge(exchange, keys));
        server.start();
        try {
            Files.writeString(
                    dir.resolve("response_template.json"),
                    "[{\"question_type\": \"counting\", \"image_id\": \"a\", \"image_content\": [\"Apple\"],"
                            + " \"question\": \"How many?\", \"gt_answer\": \"Two.\", \"model_answer\": \"Two.\"}]");
            var report = dir.resolve("report.json");
            var process = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "evaluate",
                    "--benchmark=mmhal",
                    "--data=" + dir,
                    "--answers=" + dir.resolve("response_template.json"),
                    "--judge-model=test-judge",
                    "--reviews=" + dir.resolve("reviews.jsonl"),
                    "--report=" + report);
            process.environment()
                    .put(
                            "MDPO_JUDGE_URL",
                            "http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
            process.environment().put("MDPO_JUDGE_KEY", "sk-hidden");
            var started = process.redirectErrorStream(true).start();
            var printed = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(started.waitFor()).as(printed).isZero();
            assertThat(keys).containsExactly("Bearer sk-hidden");
            assertThat(printed)
                    .containsPattern("Score +5\\.00 ")
                    .containsPattern("HalRate +0\\.00 ")
                    .contains("counting (1)", "note: judged by test-judge")
                    .doesNotContain("sk-hidden");
            assertThat(report).content().contains("Rating: 5").doesNotContain("sk-hidden");
            assertThat(dir.resolve("reviews.jsonl"))
                    .content()
                    .contains("test-judge")
                    .doesNotContain("sk-hidden");
        } finally {
            server.stop(0);
        }
    }

    private static void judge(HttpExchange exchange, List<String> keys) throws IOException {
        try (exchange) {
            keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
            var body = "{\"choices\": [{\"message\": {\"content\": \"Fine. Rating: 5\"}}]}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Path amberWithImages() throws IOException {
        var data = dir.resolve("amber");
        copy(AMBER, data);
        Files.createDirectories(data.resolve("image"));
        for (int i = 1; i <= 3; i++) {
            image(data.resolve("image/AMBER_%d.jpg".formatted(i)));
        }
        return data;
    }

    private static Path image(Path file) throws IOException {
        var image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        image.setRGB(10, 10, 0xff0000);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static List<String> texts(Path answers) throws IOException {
        var texts = new ArrayList<String>();
        new ObjectMapper()
                .readTree(answers.toFile())
                .forEach(answer -> texts.add(answer.path("response").asText()));
        return texts;
    }

    private static String[] with(String[] command, String... more) {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private int evaluate(String... options) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(with(new String[] {"evaluate"}, options));
    }
}

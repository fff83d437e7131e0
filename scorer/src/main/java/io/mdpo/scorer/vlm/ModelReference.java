package io.mdpo.scorer.vlm;

import io.mdpo.schemas.Prompts;
import io.mdpo.schemas.avro.Message;
import io.mdpo.scorer.family.ModelFamily;
import io.mdpo.scorer.image.Background;
import io.mdpo.scorer.text.Tokenizer;
import io.mdpo.scorer.torch.ComputeDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

/** Describes a model directory, and how it is used, as a {@link ReferenceId}. Reads every file of the model once. */
final class ModelReference {
    private static final List<Message> QUESTION =
            Prompts.aboutImage("Qu’est-ce que c’est?  A café, 1,024 dogs -- or\n\n图片 🙂?");

    private static final List<Message> WITH_SYSTEM = Stream.concat(
                    Stream.of(Prompts.message("system", "Answer in one short sentence.")), QUESTION.stream())
            .toList();

    private static final String ANSWER = "It isn't: 3 cats (naïve ones) play with a red\tball.";

    private ModelReference() {}

    /** Settings first, in the words of the configuration, then what the texts become, then the files. */
    static ReferenceId of(
            ModelDirectory directory,
            ModelFamily family,
            Tokenizer tokenizer,
            ComputeDevice device,
            Background background) {
        var id = ReferenceId.begin()
                .with("family", family.name())
                .with(ReferenceId.PRECISION, device.precision().toString())
                .with(ReferenceId.KERNELS, device.kernels().toString())
                .with(ReferenceId.BACKGROUND, background.toString())
                .with("bos-token", directory.templateTokens().getOrDefault("bos_token", ""))
                .with("end-of-turn", Long.toString(directory.endOfTurn(family, tokenizer)))
                .with("chat-template", DigestUtils.sha256Hex(directory.templateSource(family)))
                .with("probe", probe(directory, family, tokenizer));
        for (var file : directory.referenceFiles()) {
            id = id.with(String.valueOf(file.getFileName()), "%d %s".formatted(size(file), sha256(file)));
        }
        return id;
    }

    /**
     * Digest of the token ids of a conversation with an image place, with a system message where the template takes one: it
     * shows what neither file nor setting names, how template and tokenizer are put to use by this version of the code.
     */
    private static String probe(ModelDirectory directory, ModelFamily family, Tokenizer tokenizer) {
        var template = directory.chatTemplate(family);
        String prompt;
        List<Message> messages = WITH_SYSTEM;
        try {
            prompt = template.prompt(messages);
        } catch (IllegalArgumentException e) {
            messages = QUESTION;
            prompt = template.prompt(messages);
        }
        var answered = prompt + template.completion(messages, prompt, ANSWER);
        return DigestUtils.sha256Hex(Arrays.toString(tokenizer.part(answered)));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(Path file) {
        try (var in = Files.newInputStream(file)) {
            return DigestUtils.sha256Hex(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

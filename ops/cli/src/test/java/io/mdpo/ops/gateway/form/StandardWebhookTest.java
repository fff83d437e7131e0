package io.mdpo.ops.gateway.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.operator.SettingException;
import io.mdpo.ops.gateway.form.StandardWebhook.Signed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example of the Standard Webhooks libraries; Python's {@code hmac} gives the same signature. */
class StandardWebhookTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long TIME = 1_614_265_330L;
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final String OTHER = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final StandardWebhook webhook = new StandardWebhook(SECRET, Duration.ofMinutes(5));

    @ParameterizedTest
    @CsvSource({"0", "300", "-300"})
    void whatWasSignedIsSignedWithinTheTolerance(long secondsLater) {
        assertThat(isSigned(signed(ID, TIME, SIGNATURE), secondsLater)).isTrue();
        assertThat(isSigned(signed(ID, TIME, OTHER + " v2,xyz " + SIGNATURE), secondsLater))
                .as("one of several")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"301", "-301", "100000000"})
    void anOldOrFutureSignatureIsNone(long secondsLater) {
        assertThat(isSigned(signed(ID, TIME, SIGNATURE), secondsLater)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "msg_other, 1614265330, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='",
        "msg_p5jXN8AQM9LWM0D4loKWxJek, 1614265331, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='",
        "msg_p5jXN8AQM9LWM0D4loKWxJek, 1614265330, 'v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='",
        "msg_p5jXN8AQM9LWM0D4loKWxJek, 1614265330, 'v1,not base64!'",
        "msg_p5jXN8AQM9LWM0D4loKWxJek, 1614265330, 'v1,'",
        "msg_p5jXN8AQM9LWM0D4loKWxJek, 1614265330, ''",
        "'', '', ''",
        "msg_p5jXN8AQM9LWM0D4loKWxJek, 99999999999999999999, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='"
    })
    void anythingElseIsNotSigned(String id, String time, String signature) {
        assertThat(isSigned(new Signed(id, time, signature), 0)).isFalse();
    }

    @Test
    void anotherBodyOrSecretIsNotSigned() {
        var now = Instant.ofEpochSecond(TIME);
        assertThat(webhook.isSigned(signed(ID, TIME, SIGNATURE), bytes("{\"test\": 1}"), Optional.empty(), now))
                .isFalse();
        assertThat(new StandardWebhook("whsec_AAAA", Duration.ofMinutes(5))
                        .isSigned(signed(ID, TIME, SIGNATURE), bytes("{\"test\": 2432232314}"), Optional.empty(), now))
                .isFalse();
    }

    @Test
    void theTimeInTheBodyCountsAsWellIfItIsNear() {
        var late = signed(ID, TIME + 7, SIGNATURE);

        assertThat(webhook.isSigned(late, body(), Optional.of(Instant.ofEpochSecond(TIME, 344_522_000)), now(8)))
                .isTrue();
        assertThat(webhook.isSigned(late, body(), Optional.empty(), now(8))).isFalse();
        assertThat(webhook.isSigned(late, body(), Optional.of(Instant.ofEpochSecond(TIME)), now(301)))
                .as("the header's time is not signed and does not make the other young")
                .isFalse();
    }

    @Test
    void aSecretThatIsNoBase64IsRefused() {
        assertThatThrownBy(() -> new StandardWebhook("not base64!", Duration.ZERO))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("secret is no base64");
    }

    private boolean isSigned(Signed signed, long secondsLater) {
        return webhook.isSigned(signed, body(), Optional.empty(), now(secondsLater));
    }

    private static Instant now(long secondsLater) {
        return Instant.ofEpochSecond(TIME + secondsLater);
    }

    private static Signed signed(String id, long time, String signatures) {
        return new Signed(id, Long.toString(time), signatures);
    }

    private static ByteBuffer body() {
        return bytes("{\"test\": 2432232314}");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}

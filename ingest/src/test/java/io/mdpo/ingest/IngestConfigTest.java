package io.mdpo.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mdpo.gate.GateAction;
import io.mdpo.ingest.gate.ContradictionsConfig;
import io.mdpo.ingest.gate.GatesConfig;
import io.mdpo.ingest.gate.LengthBiasConfig;
import io.mdpo.ingest.gate.NearDuplicatesConfig;
import io.mdpo.operator.SettingException;
import io.mdpo.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestConfigTest {
    @Test
    void theDefaultsArePinned() {
        assertThat(IngestConfig.defaults())
                .isEqualTo(IngestConfigBuilder.builder()
                        .topicPrefix("mdpo")
                        .applicationId("mdpo-ingest")
                        .kafka(Map.of("bootstrap.servers", "localhost:9092"))
                        .dedupWindow(Duration.ofDays(7))
                        .maxImageBytes(8_388_608)
                        .maxImagePixels(16_000_000)
                        .maxTextChars(32_768)
                        .imageRoot(Optional.empty())
                        .imageHosts(List.of())
                        .imageTimeout(Duration.ofSeconds(5))
                        .heldoutShare(0)
                        .heldoutSalt("")
                        .gates(new GatesConfig(
                                new ContradictionsConfig(GateAction.WATCH, Duration.ofDays(7)),
                                new LengthBiasConfig(GateAction.WATCH, 500, 0.9),
                                new NearDuplicatesConfig(GateAction.WATCH, 4, 1_000, 500, 0.2)))
                        .maxFailuresInARow(100)
                        .stateDir(Path.of("state/ingest"))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "processing.guarantee, at_least_once, processing.guarantee",
        "group.protocol, streams, group.protocol",
        "application.id, other, application-id",
        "state.dir, other, state-dir"
    })
    void aKafkaSettingThatTheServiceRestsOnCannotBeChanged(String name, String value, String words) {
        assertThatThrownBy(() -> with(Map.of("bootstrap.servers", "b:1", name, value)))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining(words);
    }

    @Test
    void eachBadSettingIsNamed() {
        var good = IngestConfig.defaults();
        assertThatThrownBy(() -> with(Map.of())).hasMessageContaining("kafka.bootstrap.servers");
        assertThatThrownBy(() -> good.withDedupWindow(Duration.ZERO)).hasMessageContaining("dedup-window");
        assertThatThrownBy(() -> good.withMaxImageBytes(0)).hasMessageContaining("max-image-bytes");
        assertThatThrownBy(() -> good.withMaxImageBytes(17 << 20)).hasMessageContaining("max-image-bytes");
        assertThatThrownBy(() -> good.withMaxImagePixels(0)).hasMessageContaining("max-image-pixels");
        assertThatThrownBy(() -> good.withHeldoutShare(-0.1)).hasMessageContaining("heldout-share");
        assertThatThrownBy(() -> good.withHeldoutShare(0.6)).hasMessageContaining("between 0 and 0.5");
        assertThatThrownBy(() -> good.withMaxTextChars(0)).hasMessageContaining("max-text-chars");
        assertThatThrownBy(() -> good.withMaxFailuresInARow(0)).hasMessageContaining("max-failures-in-a-row");
    }

    @Test
    void streamsRunsExactlyOnceInTheClassicGroupAndTakesTheLargestRecord() {
        var settings = new StreamsConfig(StreamsSettings.of(IngestConfig.defaults()));

        assertThat(settings.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
        assertThat(settings.getString("group.protocol")).isEqualTo("classic");
        assertThat(settings.getLong("commit.interval.ms")).isEqualTo(100);
        assertThat(settings.getProducerConfigs("c"))
                .containsEntry("max.request.size", Topic.MAX_RECORD_BYTES)
                .containsEntry("compression.type", "none")
                .containsEntry("enable.idempotence", true);
        var consumer = settings.getMainConsumerConfigs("g", "c", 0);
        assertThat(consumer)
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("max.partition.fetch.bytes", Topic.MAX_RECORD_BYTES);
        assertThat(consumer.get("topic.max.message.bytes")).isEqualTo(Integer.toString(Topic.MAX_RECORD_BYTES));
    }

    @Test
    void whateverElseTheOperatorSetsForKafkaWins() {
        var kafka = new HashMap<>(IngestConfig.defaults().kafka());
        kafka.put("security.protocol", "SSL");
        kafka.put("commit.interval.ms", "250");
        kafka.put("producer.compression.type", "lz4");

        assertThat(StreamsSettings.of(with(kafka))).containsAllEntriesOf(kafka);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://images.example", "images.example/a", "images.example:0", "a b", "*", "[::1]"})
    void anImageHostIsAHostAndNothingMore(String entry) {
        assertThatThrownBy(() -> fetching(List.of("images.example", entry), Duration.ofSeconds(1)))
                .hasMessageStartingWith("image-hosts has '" + entry + "'");
    }

    @Test
    void aFetchIsNeitherHopelesslyShortNorLong() {
        assertThatThrownBy(() -> fetching(List.of(), Duration.ofMillis(99))).hasMessageStartingWith("image-timeout is");
        assertThatThrownBy(() -> fetching(List.of(), Duration.ofSeconds(11)))
                .hasMessageStartingWith("image-timeout is");
    }

    private static IngestConfig fetching(List<String> hosts, Duration timeout) {
        return IngestConfig.defaults().withImageHosts(hosts).withImageTimeout(timeout);
    }

    private static IngestConfig with(Map<String, String> kafka) {
        return IngestConfig.defaults().withKafka(kafka);
    }
}

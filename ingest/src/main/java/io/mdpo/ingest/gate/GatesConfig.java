package io.mdpo.ingest.gate;

/**
 * The content gates of ingest.
 *
 * @param contradictions the same two answers preferred both ways
 * @param lengthBias the longer answer wins or loses too often
 * @param nearDuplicates images that look like others
 */
public record GatesConfig(
        ContradictionsConfig contradictions, LengthBiasConfig lengthBias, NearDuplicatesConfig nearDuplicates) {
    public static GatesConfig defaults() {
        return new GatesConfig(
                ContradictionsConfig.defaults(), LengthBiasConfig.defaults(), NearDuplicatesConfig.defaults());
    }
}

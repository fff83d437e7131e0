package io.mdpo.gate;

/** The content gates. Each looks at pairs that are sound by themselves and says what is wrong with many of them together. */
public enum Gate {
    /** Two answers to the same images and prompt were preferred both ways. */
    CONTRADICTIONS("contradictions"),
    /** The longer answer wins, or loses, too often. */
    LENGTH_BIAS("length-bias"),
    /** Too many images look like others that are not the same file. */
    NEAR_DUPLICATES("near-duplicates"),
    /** Labels go against the order of the reference model much more often than before, or than those of other sources. */
    DISAGREEMENT("disagreement");

    private final String text;

    Gate(String text) {
        this.text = text;
    }

    /** The name in configuration, records and metrics. */
    public String text() {
        return text;
    }
}

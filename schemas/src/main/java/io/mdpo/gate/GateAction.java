package io.mdpo.gate;

/** What a gate does. */
public enum GateAction {
    /** Nothing: it keeps no state and costs nothing. */
    OFF,
    /** Its metrics tell what it would hold back. */
    WATCH,
    /** It holds pairs back in {@code quarantined-pairs} until a person releases or drops them. */
    QUARANTINE;

    public boolean isOn() {
        return this != OFF;
    }
}

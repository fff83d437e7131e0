package io.mdpo.ops.quickstart;

/** A record for {@code raw-pairs}. */
final class RawRecord {
    private final String key;
    private final byte[] value;

    RawRecord(String key, byte[] value) {
        this.key = key;
        this.value = value;
    }

    String key() {
        return key;
    }

    byte[] value() {
        return value;
    }
}

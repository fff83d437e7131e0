package io.mdpo.operator;

/** A setting has a value that its record refuses. The message begins with the setting's key. */
public final class SettingException extends OperatorException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * @param key as it is spelled in a configuration file, seen from the record's section: {@code batch-size}; dotted
     *     where the setting is a map: {@code kafka.bootstrap.servers}
     * @param what goes on after the key: {@code is 0; it has to be at least 1}
     */
    public SettingException(String key, String what) {
        super(key + " " + what);
        this.key = key;
    }

    /** Throws if the condition does not hold. */
    public static void require(boolean holds, String key, String what) {
        if (!holds) {
            throw new SettingException(key, what);
        }
    }

    public String key() {
        return key;
    }
}

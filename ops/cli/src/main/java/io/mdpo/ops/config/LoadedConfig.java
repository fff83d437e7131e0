package io.mdpo.ops.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The valid configuration of every section. */
public final class LoadedConfig {
    private final Map<String, Record> sections;

    LoadedConfig(Map<String, Record> sections) {
        this.sections = new LinkedHashMap<>(sections);
    }

    /** The record of a section that the loader was made with. */
    public <R extends Record> R section(String name, Class<R> type) {
        return type.cast(Optional.ofNullable(sections.get(name)).orElseThrow());
    }

    /** Every key and its value, one a line and in the order of the records; secrets are masked. */
    public String print() {
        var text = new StringBuilder();
        sections.forEach((name, record) -> text.append(ConfigPrinter.print(name, record)));
        return text.toString();
    }
}

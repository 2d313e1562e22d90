package dev.molink.stagenode.grammar.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** The supported schemas of {@code schemas.json}, by keyword. */
final class SchemaCorpus {

    /** @param name the keyword that it is about, and its number there */
    record Entry(String name, JsonNode schema) {

        @Override
        public String toString() {
            return name;
        }
    }

    private SchemaCorpus() {}

    static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        read().forEachEntry((keyword, schemas) -> {
            for (int i = 0; i < schemas.size(); i++) {
                entries.add(new Entry("%s %d".formatted(keyword, i), schemas.get(i)));
            }
        });
        return entries;
    }

    private static JsonNode read() {
        try (InputStream text = SchemaCorpus.class.getResourceAsStream("schemas.json")) {
            return Validators.JSON.readTree(Objects.requireNonNull(text, "schemas.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

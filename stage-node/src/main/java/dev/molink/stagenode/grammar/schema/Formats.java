package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;

final class Formats {
    private Formats() {}

    static Language language(String format, Place place) {
        throw place.unsupported("there is no format " + format);
    }
}

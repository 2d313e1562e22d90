package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;

final class SearchPattern {
    private SearchPattern() {}

    static Language read(String pattern, Place place) {
        throw place.unsupported("patterns " + pattern);
    }
}

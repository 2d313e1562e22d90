package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.GrammarException;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.RegularExpressions;

/** Reads regular expressions of schemas, which match anywhere in a string unless they are anchored. */
final class Patterns {

    private Patterns() {}

    static Language language(String pattern, Place place) {
        try {
            return RegularExpressions.readContaining(pattern);
        } catch (GrammarException e) {
            throw refusal(e, place);
        }
    }

    /** The same refusal, with the keyword that led to it. */
    static SchemaRefusedException refusal(GrammarException e, Place place) {
        String problem = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case TOO_LARGE -> place.tooLarge(problem);
            case IMPOSSIBLE -> place.impossible(problem);
            case UNSUPPORTED -> place.unsupported(problem);
            case INVALID, CORRUPT -> place.malformed(problem);
        };
    }
}

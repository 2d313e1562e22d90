package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.Language;
import java.util.List;

/** Short names for what languages are put together from. */
final class Languages {

    static final Language EMPTY_TEXT = new Language.Text("");

    /** No text at all. */
    static final Language NOTHING = new Language.Choice(List.of());

    private static final Language DIGIT = digit('0', '9');

    private Languages() {}

    static Language text(String text) {
        return new Language.Text(text);
    }

    static Language sequence(Language... parts) {
        return new Language.Sequence(List.of(parts));
    }

    static Language either(Language... alternatives) {
        return new Language.Choice(List.of(alternatives));
    }

    static Language optional(Language part) {
        return new Language.Repeat(part, 0, 1);
    }

    static Language digit(char first, char last) {
        return new Language.OneOf(CodePointSets.range(first, last));
    }

    /** Decimal digits, {@code min} to {@code max} of them. */
    static Language digits(int min, int max) {
        return new Language.Repeat(DIGIT, min, max);
    }
}

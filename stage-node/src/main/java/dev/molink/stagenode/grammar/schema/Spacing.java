package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import java.util.List;

/** White space and the signs between values. */
final class Spacing {

    static final Language WHITE_SPACE = new Language.Repeat(
            new Language.OneOf(
                    new CodePoints(List.of(new Range('\t', '\n'), new Range('\r', '\r'), new Range(' ', ' ')))),
            0,
            Language.Repeat.UNBOUNDED);

    static final Language COMMA = sequence(WHITE_SPACE, text(","), WHITE_SPACE);
    static final Language COLON = sequence(WHITE_SPACE, text(":"), WHITE_SPACE);

    private Spacing() {}

    static Language inBrackets(String open, Language content, String close) {
        return sequence(text(open), WHITE_SPACE, content, WHITE_SPACE, text(close));
    }
}

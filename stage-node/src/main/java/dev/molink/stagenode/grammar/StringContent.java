package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Rule;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Turns a language of characters into the language of their spellings within a JSON string. */
final class StringContent {

    private static final int MAX_NESTING = 1_000;
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";
    private static final String ESCAPE_LETTERS = "\"\\/bfnrt";

    private final CodePoints bare;
    private final IdentityHashMap<Language, Language> known = new IdentityHashMap<>();

    private StringContent(CodePoints bare) {
        this.bare = bare;
    }

    /** @param bare code points that need no escape */
    static Language of(Language content, CodePoints bare) {
        return new StringContent(bare).spelling(content, 0);
    }

    /** The spellings of one of {@code codePoints}. */
    static Language character(CodePoints codePoints, CodePoints bare) {
        List<Language> spellings = new ArrayList<>();
        spellings.add(new OneOf(CodePointSets.intersection(codePoints, bare)));
        List<CodePoints.Range> letters = new ArrayList<>();
        for (int at = 0; at < ESCAPED.length(); at++) {
            if (contains(codePoints, ESCAPED.charAt(at))) {
                letters.add(new CodePoints.Range(ESCAPE_LETTERS.charAt(at), ESCAPE_LETTERS.charAt(at)));
            }
        }
        if (!letters.isEmpty()) {
            spellings.add(new Sequence(List.of(new Text("\\"), new OneOf(CodePointSets.union(letters)))));
        }
        spellings.addAll(HexRanges.escapes(codePoints));
        return new Choice(spellings);
    }

    private static boolean contains(CodePoints codePoints, int codePoint) {
        return codePoints.ranges().stream().anyMatch(range -> range.first() <= codePoint && codePoint <= range.last());
    }

    /** A part that stands in several places is translated once. */
    private Language spelling(Language content, int nesting) {
        if (nesting > MAX_NESTING) {
            throw new GrammarException(
                    GrammarException.Reason.TOO_LARGE,
                    "a string's content is nested more than %d deep; that many levels are allowed"
                            .formatted(MAX_NESTING));
        }
        Language spelling = known.get(content);
        if (spelling == null) {
            spelling = translate(content, nesting + 1);
            known.put(content, spelling);
        }
        return spelling;
    }

    private Language translate(Language content, int nesting) {
        return switch (content) {
            case Text(String text) ->
                new Sequence(text.codePoints()
                        .mapToObj(each -> character(CodePointSets.of(each), bare))
                        .toList());
            case OneOf(CodePoints codePoints) -> character(codePoints, bare);
            case Sequence(List<Language> parts) -> new Sequence(all(parts, nesting));
            case Choice(List<Language> alternatives) -> new Choice(all(alternatives, nesting));
            case Repeat(Language part, int min, int max) -> new Repeat(spelling(part, nesting), min, max);
            case Rule(String name) -> throw refused("the rule \"%s\"".formatted(name));
            case Members _ -> throw refused("members");
        };
    }

    private List<Language> all(List<Language> parts, int nesting) {
        return parts.stream().map(part -> spelling(part, nesting)).toList();
    }

    private static GrammarException refused(String what) {
        return new GrammarException(
                GrammarException.Reason.UNSUPPORTED,
                "a string's content holds %s; allowed are texts, characters, sequences, choices and repetitions"
                        .formatted(what));
    }
}

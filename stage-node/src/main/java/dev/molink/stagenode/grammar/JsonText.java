package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Rule;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.List;
import java.util.Map;

/**
 * JSON as RFC 8259 defines it, narrowed where a model could go on for ever or write what readers disagree about: white
 * space is one blank, or a line end and at most {@value #MAX_INDENT} blanks or tabs; an exponent has at most three digits;
 * escaped surrogates come in pairs. What usual writers write, compact, spaced or indented, is accepted.
 */
public final class JsonText {

    private static final int MAX_INDENT = 80;

    private static final CodePoints DIGITS = CodePointSets.range('0', '9');
    private static final CodePoints BARE =
            CodePointSets.minus(CodePointSets.complement(CodePointSets.range(0, 0x1F)), CodePointSets.anyOf("\"\\"));

    private static final Language WHITE_SPACE = optional(choice(
            new Text(" "),
            sequence(
                    optional(new Text("\r")),
                    new Text("\n"),
                    new Repeat(new OneOf(CodePointSets.anyOf(" \t")), 0, MAX_INDENT))));

    private static final Language INTEGER = sequence(
            optional(new Text("-")),
            choice(new Text("0"), sequence(new OneOf(CodePointSets.range('1', '9')), digits(0, Repeat.UNBOUNDED))));

    private static final Language NUMBER = sequence(
            INTEGER,
            optional(sequence(new Text("."), digits(1, Repeat.UNBOUNDED))),
            optional(sequence(
                    new OneOf(CodePointSets.anyOf("eE")),
                    optional(new OneOf(CodePointSets.anyOf("+-"))),
                    digits(1, 3))));

    private static final Language CHARACTER = StringContent.character(CodePointSets.ALL, BARE);
    private static final Language STRING = quoted(new Repeat(CHARACTER, 0, Repeat.UNBOUNDED));

    private static final Rule VALUE = new Rule("json value");

    private static final Language OBJECT = list("{", sequence(STRING, colon(), VALUE), "}");
    private static final Language ARRAY = list("[", VALUE, "]");

    private static final Map<String, Language> RULES =
            Map.of(VALUE.name(), choice(STRING, NUMBER, OBJECT, ARRAY, trueValue(), falseValue(), nullValue()));

    private JsonText() {}

    /** Any value. */
    public static Definition value() {
        return new Definition(VALUE, RULES);
    }

    /** An object with any members. */
    public static Definition object() {
        return new Definition(OBJECT, RULES);
    }

    /** Any value, for a definition that holds {@link #rules()}. */
    public static Language anyValue() {
        return VALUE;
    }

    /** An object with any members, for a definition that holds {@link #rules()}. */
    public static Language anyObject() {
        return OBJECT;
    }

    /** An array of any values, for a definition that holds {@link #rules()}. */
    public static Language anyArray() {
        return ARRAY;
    }

    /** The rules that {@link #anyValue()}, {@link #anyObject()} and {@link #anyArray()} refer to. */
    public static Map<String, Language> rules() {
        return RULES;
    }

    /** Nothing, a blank, or a line end with an indentation. */
    public static Language whiteSpace() {
        return WHITE_SPACE;
    }

    /** The colon between key and value. */
    public static Language colon() {
        return sequence(WHITE_SPACE, new Text(":"), WHITE_SPACE);
    }

    /** The comma between members or elements. */
    public static Language comma() {
        return sequence(WHITE_SPACE, new Text(","), WHITE_SPACE);
    }

    /** A string of any content. */
    public static Language string() {
        return STRING;
    }

    /**
     * A string whose content, escapes decoded, is {@code content}. Every character may be written as it is, where JSON
     * allows, or escaped.
     *
     * @throws GrammarException when {@code content} refers to a rule or has members
     */
    public static Language string(Language content) {
        return quoted(StringContent.of(content, BARE));
    }

    /** The string {@code content}. */
    public static Language string(String content) {
        return string(new Text(content));
    }

    /** One character of a string's content as it is written: {@code codePoints}, bare where JSON allows, or escaped. */
    public static Language character(CodePoints codePoints) {
        return codePoints.equals(CodePointSets.ALL) ? CHARACTER : StringContent.character(codePoints, BARE);
    }

    /** A number. */
    public static Language number() {
        return NUMBER;
    }

    /** A number without fraction and exponent. */
    public static Language integer() {
        return INTEGER;
    }

    public static Language trueValue() {
        return new Text("true");
    }

    public static Language falseValue() {
        return new Text("false");
    }

    public static Language nullValue() {
        return new Text("null");
    }

    private static Language list(String open, Language element, String close) {
        Language more = new Repeat(sequence(comma(), element), 0, Repeat.UNBOUNDED);
        return sequence(new Text(open), WHITE_SPACE, optional(sequence(element, more, WHITE_SPACE)), new Text(close));
    }

    private static Language quoted(Language content) {
        return sequence(new Text("\""), content, new Text("\""));
    }

    private static Language digits(int min, int max) {
        return new Repeat(new OneOf(DIGITS), min, max);
    }

    private static Language optional(Language part) {
        return new Repeat(part, 0, 1);
    }

    private static Language sequence(Language... parts) {
        return new Sequence(List.of(parts));
    }

    private static Language choice(Language... alternatives) {
        return new Choice(List.of(alternatives));
    }
}

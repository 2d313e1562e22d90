package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.failure.TemplateSyntaxException;
import dev.molink.gateway.template.value.Whitespace;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with the white space control that model publishers assume: {@code trim_blocks} drops the
 * line end after a tag or comment, {@code lstrip_blocks} drops the indentation before one that starts its line;
 * {@code -} strips all white space, {@code +} switches both off.
 */
final class Lexer {
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r");
    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%([-+]?)\\s*raw\\s*(-?)%}");
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int countedTo;

    private Lexer(String source) {
        this.source = source;
    }

    /** All tokens of the source, the last of them {@link TokenType#END}. */
    static List<Token> tokens(String source) {
        String normalized = LINE_END.matcher(source).replaceAll("\n");
        boolean endsLine = normalized.endsWith("\n");
        var lexer = new Lexer(endsLine ? normalized.substring(0, normalized.length() - 1) : normalized);
        lexer.readTemplate();
        return lexer.tokens;
    }

    private void readTemplate() {
        while (position < source.length()) {
            int begin = nextBegin(position);
            if (begin < 0) {
                addText(source.substring(position), position);
                position = source.length();
            } else {
                readConstruct(begin);
            }
        }
        tokens.add(new Token(TokenType.END, "", lineAt(source.length())));
    }

    private int nextBegin(int from) {
        for (int begin = source.indexOf('{', from); begin >= 0; begin = source.indexOf('{', begin + 1)) {
            if (begin + 1 < source.length() && "{%#".indexOf(source.charAt(begin + 1)) >= 0) {
                return begin;
            }
        }
        return -1;
    }

    private void readConstruct(int begin) {
        char kind = source.charAt(begin + 1);
        char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
        int inside = sign == '-' || sign == '+' ? begin + 3 : begin + 2;
        addText(textBefore(begin, sign, kind != '{'), position);
        switch (kind) {
            case '#' -> readComment(inside);
            case '{' -> readCode(TokenType.PRINT_BEGIN, begin, inside);
            default -> {
                Matcher raw = RAW_BEGIN.matcher(source).region(begin, source.length());
                if (raw.lookingAt()) {
                    readRaw(afterEnd(raw.end(), raw.group(2), false));
                } else {
                    readCode(TokenType.TAG_BEGIN, begin, inside);
                }
            }
        }
    }

    /** The text from the current position to {@code end}, where a tag with the given sign begins. */
    private String textBefore(int end, char sign, boolean stripsIndentation) {
        String text = source.substring(position, end);
        if (sign == '-') {
            return Whitespace.stripEnd(text);
        }
        if (sign == '+' || !stripsIndentation) {
            return text;
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean startsLine = lineStart > 0 || position == 0 || source.charAt(position - 1) == '\n';
        return startsLine && Whitespace.skip(text, lineStart) == text.length() ? text.substring(0, lineStart) : text;
    }

    private void addText(String text, int start) {
        if (!text.isEmpty()) {
            tokens.add(new Token(TokenType.TEXT, text, lineAt(start)));
        }
    }

    /** Where the text after a tag's end continues, given the sign in front of that end. */
    private int afterEnd(int end, String sign, boolean trimsLineEnd) {
        if (sign.equals("-")) {
            return Whitespace.skip(source, end);
        }
        boolean trims = trimsLineEnd && sign.isEmpty() && end < source.length() && source.charAt(end) == '\n';
        return trims ? end + 1 : end;
    }

    private void readComment(int inside) {
        int end = source.indexOf("#}", inside);
        if (end < 0 && inside < source.length()) {
            throw error(inside, "Missing end of comment tag");
        }
        if (end < 0) {
            position = source.length();
            return;
        }
        char last = end > inside ? source.charAt(end - 1) : ' ';
        position = afterEnd(end + 2, last == '-' || last == '+' ? String.valueOf(last) : "", true);
    }

    private void readRaw(int inside) {
        position = inside;
        Matcher end = RAW_END.matcher(source);
        if (!end.find(inside)) {
            if (inside < source.length()) {
                throw error(inside, "Missing end of raw directive");
            }
            return;
        }
        char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
        addText(textBefore(end.start(), sign, true), inside);
        position = afterEnd(end.end(), end.group(2), true);
    }

    private void readCode(TokenType begin, int start, int inside) {
        tokens.add(new Token(begin, source.substring(start, inside), lineAt(start)));
        boolean isPrint = begin == TokenType.PRINT_BEGIN;
        var code = new CodeLexer(this, source, inside, isPrint);
        int end = code.read();
        if (end < 0) {
            position = source.length();
            return;
        }
        String sign = source.charAt(end) == '-' || source.charAt(end) == '+' ? source.substring(end, end + 1) : "";
        int after = end + sign.length() + 2;
        add(isPrint ? TokenType.PRINT_END : TokenType.TAG_END, source.substring(end, after), end);
        position = afterEnd(after, sign, !isPrint);
    }

    void add(TokenType type, String text, int start) {
        tokens.add(new Token(type, text, lineAt(start)));
    }

    TemplateSyntaxException error(int offset, String message) {
        return new TemplateSyntaxException(lineAt(offset), message);
    }

    /** Lines are asked for in order, so each line end is counted once. */
    private int lineAt(int offset) {
        while (countedTo < offset) {
            if (source.charAt(countedTo) == '\n') {
                line++;
            }
            countedTo++;
        }
        return line;
    }
}

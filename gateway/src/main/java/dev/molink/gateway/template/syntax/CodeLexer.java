package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.value.Whitespace;
import java.util.ArrayDeque;
import java.util.Deque;

/** Cuts the inside of one {@code {{ … }}} or {@code {% … %}} into tokens. */
final class CodeLexer {
    private static final String[] OPERATORS = {
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=",
        ".", ":", "|", ",", ";"
    };
    private static final int MAX_NUMBER_LENGTH = 1000;

    private final Lexer lexer;
    private final String source;
    private final boolean isPrint;
    private final Deque<Character> closers = new ArrayDeque<>();
    private int position;

    CodeLexer(Lexer lexer, String source, int start, boolean isPrint) {
        this.lexer = lexer;
        this.source = source;
        this.position = start;
        this.isPrint = isPrint;
    }

    /** Adds the tokens to the lexer; yields where the end mark with its sign stands, or -1 if there is none. */
    int read() {
        while (true) {
            position = Whitespace.skip(source, position);
            if (position >= source.length()) {
                return -1;
            }
            if (closers.isEmpty() && isAtEnd()) {
                return position;
            }
            readToken();
        }
    }

    private boolean isAtEnd() {
        if (isPrint) {
            return source.startsWith("}}", position) || source.startsWith("-}}", position);
        }
        return source.startsWith("%}", position)
                || source.startsWith("-%}", position)
                || source.startsWith("+%}", position);
    }

    private void readToken() {
        int first = source.codePointAt(position);
        if (isDigit(position)) {
            readNumber();
        } else if (isNamePart(first)) {
            readName();
        } else if (first == '\'' || first == '"') {
            readString((char) first);
        } else {
            readOperator();
        }
    }

    private void readNumber() {
        int end = floatEnd();
        boolean isFloat = end > 0;
        if (!isFloat) {
            end = integerEnd();
        }
        if (end - position > MAX_NUMBER_LENGTH) {
            throw lexer.error(position, "a number may have " + MAX_NUMBER_LENGTH + " digits");
        }
        emit(isFloat ? TokenType.FLOAT : TokenType.INTEGER, end);
    }

    /** The end of a float here, or 0. Right after a point there is none, so that {@code x.1.2} are two indices. */
    private int floatEnd() {
        if (source.charAt(position - 1) == '.') {
            return 0;
        }
        int whole = digitsEnd(position);
        int end = isAt(whole, '.') && isDigit(whole + 1) ? digitsEnd(whole + 1) : whole;
        if (isAt(end, 'e') || isAt(end, 'E')) {
            int exponent = isAt(end + 1, '+') || isAt(end + 1, '-') ? end + 2 : end + 1;
            if (isDigit(exponent)) {
                return digitsEnd(exponent);
            }
        }
        return end > whole ? end : 0;
    }

    private int integerEnd() {
        if (!isAt(position, '0')) {
            return digitsEnd(position);
        }
        int radix = position + 1 < source.length() ? radix(source.charAt(position + 1)) : 0;
        if (radix > 0) {
            int end = prefixedEnd(position + 2, radix);
            return end > position + 2 ? end : position + 1;
        }
        return prefixedEnd(position + 1, 1);
    }

    /** The base that a letter after a zero stands for, or 0. */
    static int radix(char letter) {
        return switch (letter) {
            case 'b', 'B' -> 2;
            case 'o', 'O' -> 8;
            case 'x', 'X' -> 16;
            default -> 0;
        };
    }

    /** The end of digits below {@code radix}, each with at most one underscore before it. */
    private int prefixedEnd(int start, int radix) {
        int end = start;
        while (true) {
            int digit = isAt(end, '_') ? end + 1 : end;
            boolean accepted = digit < source.length()
                    && source.charAt(digit) < 0x80
                    && (radix == 1 ? source.charAt(digit) == '0' : Character.digit(source.charAt(digit), radix) >= 0);
            if (!accepted) {
                return end;
            }
            end = digit + 1;
        }
    }

    private int digitsEnd(int start) {
        int end = start;
        while (isDigit(end) || (end > start && isAt(end, '_') && isDigit(end + 1))) {
            end++;
        }
        return end;
    }

    private boolean isDigit(int offset) {
        return offset < source.length() && source.charAt(offset) >= '0' && source.charAt(offset) <= '9';
    }

    private boolean isAt(int offset, char unit) {
        return offset < source.length() && source.charAt(offset) == unit;
    }

    private static boolean isNamePart(int codePoint) {
        return codePoint == '_' || Character.isLetterOrDigit(codePoint);
    }

    private void readName() {
        int first = source.codePointAt(position);
        if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
            throw lexer.error(position, "Invalid character in identifier");
        }
        int end = position;
        while (end < source.length() && isNamePart(source.codePointAt(end))) {
            end += Character.charCount(source.codePointAt(end));
        }
        emit(TokenType.NAME, end);
    }

    private void readString(char quote) {
        int end = position + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw lexer.error(position, "unexpected char " + quote + ", the string has no end");
        }
        int start = position;
        String literal = source.substring(start + 1, end);
        lexer.add(TokenType.STRING, StringEscapes.decode(literal, message -> lexer.error(start, message)), start);
        position = end + 1;
    }

    private void readOperator() {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, position)) {
                balance(operator.charAt(0));
                emit(TokenType.OPERATOR, position + operator.length());
                return;
            }
        }
        throw lexer.error(position, "unexpected char '" + Character.toString(source.codePointAt(position)) + "'");
    }

    private void balance(char operator) {
        switch (operator) {
            case '{' -> closers.push('}');
            case '(' -> closers.push(')');
            case '[' -> closers.push(']');
            case '}', ')', ']' -> {
                Character expected = closers.poll();
                if (expected == null) {
                    throw lexer.error(position, "unexpected '" + operator + "'");
                }
                if (expected != operator) {
                    throw lexer.error(position, "unexpected '" + operator + "', expected '" + expected + "'");
                }
            }
            default -> {
                // The other operators do not nest.
            }
        }
    }

    private void emit(TokenType type, int end) {
        lexer.add(type, source.substring(position, end), position);
        position = end;
    }
}

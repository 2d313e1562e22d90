package dev.molink.gateway.template.value;

/** Python's {@code repr} of strings. */
public final class QuotedText {
    private QuotedText() {}

    /** Appends {@code text} in quotes, with escapes for what cannot be printed. */
    public static void print(String text, TextBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(codePoint -> print(codePoint, quote, out));
        out.append(quote);
    }

    private static void print(int codePoint, char quote, TextBuilder out) {
        switch (codePoint) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (codePoint == quote) {
                    out.append('\\').append(quote);
                } else if (isPrintable(codePoint)) {
                    out.appendCodePoint(codePoint);
                } else {
                    escape(codePoint, out);
                }
            }
        }
    }

    /** Appends {@code \xNN}, {@code \}{@code uNNNN} or {@code \UNNNNNNNN}, the shortest that fits. */
    public static void escape(int codePoint, TextBuilder out) {
        if (codePoint <= 0xff) {
            out.append("\\x%02x".formatted(codePoint));
        } else if (codePoint <= 0xffff) {
            out.append("\\u%04x".formatted(codePoint));
        } else {
            out.append("\\U%08x".formatted(codePoint));
        }
    }

    /** Whether Python's {@code repr} shows the character itself. */
    public static boolean isPrintable(int codePoint) {
        if (codePoint == ' ') {
            return true;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}

package dev.molink.gateway.template.value;

/** What Python takes as white space and as ends of lines. */
public final class Whitespace {
    private static final char NEXT_LINE = '\u0085';

    private Whitespace() {}

    /** Python's {@code str.isspace} of one character; all of them are single UTF-16 units. */
    public static boolean isSpace(int codePoint) {
        return (codePoint >= 0x1c && codePoint <= ' ')
                || (codePoint >= '\t' && codePoint <= '\r')
                || codePoint == NEXT_LINE
                || (codePoint > ' ' && Character.isSpaceChar(codePoint));
    }

    /** Whether {@code str.splitlines} ends a line here. */
    public static boolean isLineEnd(char unit) {
        return (unit >= '\n' && unit <= '\r')
                || (unit >= 0x1c && unit <= 0x1e)
                || unit == NEXT_LINE
                || unit == '\u2028'
                || unit == '\u2029';
    }

    /** The first offset from {@code start} on that is no white space. */
    public static int skip(String text, int start) {
        int end = start;
        while (end < text.length() && isSpace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The last offset up to {@code end} that has no white space right before it. */
    public static int skipBack(String text, int end) {
        int start = end;
        while (start > 0 && isSpace(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    /** {@code text} without white space at its end. */
    public static String stripEnd(String text) {
        return text.substring(0, skipBack(text, text.length()));
    }
}

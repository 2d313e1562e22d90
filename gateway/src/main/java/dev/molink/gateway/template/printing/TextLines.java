package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.value.Whitespace;
import java.util.ArrayList;
import java.util.List;

/** Python's {@code str.splitlines}. */
public final class TextLines {
    private TextLines() {}

    /** The lines of {@code text}; a line end at its end begins no further line. */
    public static List<String> split(String text, boolean keepEnds) {
        var lines = new ArrayList<String>();
        int start = 0;
        while (start < text.length()) {
            int end = start;
            while (end < text.length() && !Whitespace.isLineEnd(text.charAt(end))) {
                end++;
            }
            int next = text.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, text.length());
            lines.add(text.substring(start, keepEnds ? next : end));
            start = next;
        }
        return lines;
    }
}

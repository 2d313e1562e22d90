package dev.molink.controlplane.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fields as text: a line {@code name=value} each, sorted by name, so that equal fields are equal text. A backslash stands
 * before a backslash and an equals sign; a line break is {@code \n}.
 */
final class FieldText {

    /** Longer values are cut: a log tells what was changed, and holds no documents. */
    static final int MAX_VALUE = 1000;

    private static final int MAX_FIELDS = 32;

    private FieldText() {}

    static String of(Map<String, String> fields) {
        if (fields.size() > MAX_FIELDS) {
            throw new IllegalArgumentException(
                    "an audit entry has at most %d fields, but this one has %d".formatted(MAX_FIELDS, fields.size()));
        }
        StringBuilder text = new StringBuilder();
        new TreeMap<>(fields).forEach((name, value) -> {
            text.append(text.isEmpty() ? "" : "\n");
            escape(text, name);
            escape(text.append('='), cut(value));
        });
        return text.toString();
    }

    static Map<String, String> parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return fields;
        }
        for (String line : text.split("\n", -1)) {
            int equals = separator(line);
            fields.put(
                    unescape(line.substring(0, equals)), unescape(line.substring(Math.min(equals + 1, line.length()))));
        }
        return fields;
    }

    private static String cut(String value) {
        if (value.length() <= MAX_VALUE) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(MAX_VALUE - 1)) ? MAX_VALUE - 1 : MAX_VALUE;
        return value.substring(0, end) + "…";
    }

    private static void escape(StringBuilder text, String part) {
        for (int i = 0; i < part.length(); i++) {
            char character = part.charAt(i);
            switch (character) {
                case '\\', '=' -> text.append('\\').append(character);
                case '\n' -> text.append("\\n");
                case '\0' -> text.append('\uFFFD'); // PostgreSQL stores none
                default -> text.append(character);
            }
        }
    }

    private static String unescape(String part) {
        StringBuilder text = new StringBuilder(part.length());
        for (int i = 0; i < part.length(); i++) {
            char character = part.charAt(i);
            if (character == '\\' && i + 1 < part.length()) {
                i++;
                text.append(part.charAt(i) == 'n' ? '\n' : part.charAt(i));
            } else {
                text.append(character);
            }
        }
        return text.toString();
    }

    /** The first equals sign without a backslash before it; the line's end when there is none, as in a damaged row. */
    private static int separator(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                i++;
            } else if (line.charAt(i) == '=') {
                return i;
            }
        }
        return line.length();
    }
}
